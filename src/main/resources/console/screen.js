import {element} from './element.js';
import {morph} from './morph.js';
import {failure, loading, notFound} from './parts/states.js';

const EVERY_MS = 1500;
const PATIENCE_MS = 250;

/**
 * Shows one page at a time: loads its data, draws it, and again every so often while the tab can be seen.
 *
 * A page is `{title, load, view, every?}`: `load()` promises data, `view(data)` builds nodes from it, `every` is the
 * pause in milliseconds, 0 for pages that do not change by themselves and are loaded again only after a failure.
 */
export class Screen {
  /** @param onLoggedOut called when Wadi no longer takes the token */
  constructor(place, onLoggedOut) {
    this.place = place;
    this.onLoggedOut = onLoggedOut;
    this.turn = 0;
    this.asked = 0;
  }

  /** Leaves the page that is shown, if any, and opens another. */
  async open(makePage) {
    const turn = ++this.turn;
    const whileShown = (action) => () => (turn === this.turn ? action() : undefined);
    this.data = undefined;
    this.failure = null;
    this.isWaiting = true;
    this.page = makePage({redraw: whileShown(() => this.draw()), refresh: whileShown(() => this.load())});
    document.title = `${this.page.title} · Wadi`;
    window.scrollTo(0, 0);
    setTimeout(() => turn === this.turn && this.isWaiting && this.show(loading()), PATIENCE_MS);
    await this.load();
  }

  /** Of several asks, also those of pages that were left, the newest counts. */
  async load() {
    const ask = ++this.asked;
    const isNewest = () => ask === this.asked;
    clearTimeout(this.timer);
    try {
      const data = await this.page.load();
      if (isNewest()) {
        this.take(data);
      }
    } catch (error) {
      if (isNewest()) {
        this.fail(error);
      }
    }
    if (isNewest()) {
      this.schedule();
    }
  }

  take(data) {
    this.isWaiting = false;
    this.data = data;
    this.failure = null;
    this.draw();
  }

  draw() {
    if (!this.isEmpty()) {
      this.show(this.page.view(this.data));
    }
  }

  schedule() {
    const pause = this.failure ? EVERY_MS : (this.page.every ?? EVERY_MS);
    clearTimeout(this.timer);
    if (pause > 0) {
      this.timer = setTimeout(() => (document.hidden ? this.schedule() : this.load()), pause);
    }
  }

  fail(error) {
    if (error.status === undefined) {
      throw error;
    }
    this.isWaiting = false;
    if (error.status === 401) {
      this.onLoggedOut();
      return;
    }
    if (error.status === 404) {
      this.data = undefined;
      this.failure = null;
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
