/** The hash of a page: `address('pipelines', name)`; a last object is its query. */
export function address(...parts) {
  const query = typeof parts.at(-1) === 'object' ? parts.pop() : {};
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = given.length === 0 ? '' : '?' + new URLSearchParams(given);
  return '#/' + parts.map(encodeURIComponent).join('/') + text;
}

/** Goes to a page. */
export function goTo(...parts) {
  location.hash = address(...parts);
}

/** Where the address bar points: the decoded parts of the path, and the query. */
export function here() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return {parts: path.split('/').filter(Boolean).map(decoded), query: Object.fromEntries(new URLSearchParams(query))};
}

/** Replaces the query of this page without leaving it. */
export function setQuery(query) {
  history.replaceState(null, '', address(...here().parts, query));
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
