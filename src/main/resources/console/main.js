import {element} from './element.js';
import {here} from './router.js';
import {Screen} from './screen.js';
import {logInPage} from './pages/log-in.js';
import {pageAt} from './pages.js';
import * as session from './session.js';
import {sidebar, markCurrent} from './sidebar.js';

const page = element('main', {id: 'page', tabindex: '-1'});
const screen = new Screen(page, logOut);

function logOut() {
  session.end();
  show();
}

function show() {
  const isLoggedIn = session.token() !== null;
  document.body.classList.toggle('logged-out', !isLoggedIn);
  if (!isLoggedIn) {
    screen.open((context) => logInPage(context, show));
    return;
  }
  const {parts, query} = here();
  markCurrent(parts[0] ?? 'overview');
  screen.open(pageAt(parts, query));
}

session.beginFromLink();
document.body.replaceChildren(skipLink(), sidebar(logOut), page);
window.addEventListener('hashchange', () => {
  session.beginFromLink();
  show();
});
show();

function skipLink() {
  return element(
    'a',
    {
      class: 'skip-link',
      href: '#page',
      onClick: (event) => {
        event.preventDefault();
        document.getElementById('page').focus();
      },
    },
    'Skip to content',
  );
}
