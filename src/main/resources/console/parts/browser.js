import {element} from '../element.js';
import {count} from '../format.js';
import {pager} from './pager.js';

const PAGE = 50;

/** Keeps where a user is in a long list: what is searched for, and which page is shown. */
export class Browser {
  constructor(redraw) {
    this.redraw = redraw;
    this.text = '';
    this.first = 0;
  }

  /** The search field, the rows of this page as `draw(rows)` shows them, and the pager if it is needed. */
  view(noun, rows, textOf, draw) {
    const found = rows.filter((row) => textOf(row).toLowerCase().includes(this.text.toLowerCase()));
    const first = Math.min(this.first, Math.max(0, found.length - 1));
    const start = first - (first % PAGE);
    const shown = found.slice(start, start + PAGE);
    return [
      rows.length > 5 && this.searchField(noun),
      shown.length > 0 ? draw(shown) : element('p', {class: 'muted'}, `No ${noun} match “${this.text}”.`),
      found.length > PAGE && this.pager(noun, start, found.length),
    ];
  }

  searchField(noun) {
    return element('input', {
      type: 'search',
      class: 'search',
      placeholder: `Search ${noun} …`,
      'aria-label': `Search ${noun}`,
      value: this.text,
      onInput: (event) => {
        this.text = event.currentTarget.value;
        this.first = 0;
        this.redraw();
      },
    });
  }

  pager(noun, start, total) {
    const end = Math.min(start + PAGE, total);
    return pager(
      `Pages of ${noun}`,
      start > 0 ? () => this.goTo(start - PAGE) : null,
      end < total ? () => this.goTo(end) : null,
      `${count(start + 1)}–${count(end)} of ${count(total)}`,
    );
  }

  goTo(first) {
    this.first = first;
    this.redraw();
  }
}
