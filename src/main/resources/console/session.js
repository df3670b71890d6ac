const KEY = 'wadi.token';
const LINK = /^#token=(.+)$/;

/** The token of this tab; null if nobody has logged in. */
export function token() {
  return sessionStorage.getItem(KEY);
}

/** Keeps a token until the tab is closed. */
export function begin(token) {
  sessionStorage.setItem(KEY, token);
}

/** Forgets the token. */
export function end() {
  sessionStorage.removeItem(KEY);
}

/** Logs in with the token of a link such as `/#token=…` and takes it out of the address and the history. */
export function beginFromLink() {
  const found = LINK.exec(location.hash);
  if (found) {
    begin(decodeURIComponent(found[1]));
    history.replaceState(null, '', location.pathname + '#/overview');
  }
}
