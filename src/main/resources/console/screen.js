import {element} from './element.js';
import {morph} from './morph.js';
import {failure, loading, notFound} from './parts/states.js';

const EVERY_MS = 1500;
const PATIENCE_MS = 250;

/**
 * Shows one page at a time: loads its data, draws it, and again every so often while the tab can be seen.
 *
 * A page is `{title, load, view, every?}`: `load()` promises data, `view(data)` builds nodes from it, `every` is the
 * pause in milliseconds, 0 for pages that do not change by themselves.
 */
export class Screen {
  /** @param onLoggedOut called when Wadi no longer takes the token */
  constructor(place, onLoggedOut) {
    this.place = place;
    this.onLoggedOut = onLoggedOut;
    this.turn = 0;
  }

  /** Leaves the page that is shown, if any, and opens another. */
  async open(makePage) {
    this.turn++;
    clearTimeout(this.timer);
    this.data = undefined;
    this.page = makePage({redraw: () => this.draw(), refresh: () => this.load()});
    document.title = `${this.page.title} · Wadi`;
    window.scrollTo(0, 0);
    const turn = this.turn;
    setTimeout(() => turn === this.turn && this.isEmpty() && this.show(loading()), PATIENCE_MS);
    await this.load();
  }

  async load() {
    const {turn} = this;
    clearTimeout(this.timer);
    try {
      const data = await this.page.load();
      if (turn === this.turn) {
        this.data = data;
        this.failure = null;
        this.draw();
      }
    } catch (error) {
      if (turn === this.turn) {
        this.fail(error);
      }
    }
    if (turn === this.turn) {
      this.schedule();
    }
  }

  draw() {
    if (!this.isEmpty()) {
      this.show(this.page.view(this.data));
    }
  }

  schedule() {
    const pause = this.page.every ?? EVERY_MS;
    clearTimeout(this.timer);
    if (pause > 0) {
      this.timer = setTimeout(() => (document.hidden ? this.schedule() : this.load()), pause);
    }
  }

  fail(error) {
    if (error.status === undefined) {
      throw error;
    }
    if (error.status === 401) {
      this.onLoggedOut();
      return;
    }
    if (error.status === 404) {
      this.show(notFound(error.message));
      return;
    }
    this.failure = error;
    this.show(this.isEmpty() ? element('div') : this.page.view(this.data));
  }

  isEmpty() {
    return this.data === undefined;
  }

  show(content) {
    content.key = `page-${this.turn}`;
    const banner = element('div', {key: 'banner', role: 'status'}, this.failure && failure(this.failure));
    this.place = morph(this.place, element('main', {id: 'page', tabindex: '-1'}, banner, content));
  }
}
