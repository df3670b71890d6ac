import {parse} from './json.js';
import * as session from './session.js';

/** What the API said instead of an answer; status 0 if it did not answer at all. */
export class ApiError extends Error {
  constructor(status, summary, fields = {}) {
    super(summary);
    this.status = status;
    this.fields = fields;
  }
}

export function get(path, query) {
  return request('GET', path, {query});
}

export function post(path, body) {
  return request('POST', path, {body: body ?? {}});
}

/** Changes something; with an etag only if it is still what was read. */
export function put(path, body, etag) {
  return request('PUT', path, {body, etag});
}

/** An answer and the etag of what it shows. */
export async function getTagged(path) {
  const headers = {Authorization: `Bearer ${session.token()}`};
  const response = await reach('/api' + path, {headers});
  const answer = await answerOf(response);
  return {answer, etag: response.headers.get('ETag')};
}

export function remove(path) {
  return request('DELETE', path, {});
}

/** A list; empty where this Wadi has no such list. */
export async function list(path, query) {
  const answer = await getOr(path, {data: []}, query);
  return answer.data ?? [];
}

/** An answer, or what stands for it where there is none. */
export async function getOr(path, otherwise, query) {
  try {
    return await get(path, query);
  } catch (error) {
    if (error.status === 404) {
      return otherwise;
    }
    throw error;
  }
}

/** Whether Wadi knows a token, whatever it may do. */
export async function accepts(token) {
  const response = await reach('/api/health', {headers: {Authorization: `Bearer ${token}`}});
  if (response.status !== 401 && response.status !== 403) {
    await answerOf(response);
  }
  return response.status !== 401;
}

/** A path below `/api` whose parts may hold anything. */
export function path(...parts) {
  return '/' + parts.map(encodeURIComponent).join('/');
}

async function request(method, path, {query, body, etag}) {
  const headers = {Authorization: `Bearer ${session.token()}`};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (etag) {
    headers['If-Match'] = etag;
  }
  const response = await reach('/api' + path + queryText(query), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answerOf(response);
}

async function answerOf(response) {
  const answer = await read(response);
  if (!response.ok) {
    throw new ApiError(response.status, summaryOf(answer, response), answer?.validation_errors);
  }
  return answer;
}

async function reach(address, options) {
  try {
    return await fetch(address, {cache: 'no-store', ...options});
  } catch {
    throw new ApiError(0, 'Wadi does not answer');
  }
}

async function read(response) {
  const text = await response.text();
  try {
    return text === '' ? null : parse(text);
  } catch {
    throw new ApiError(response.status, `Wadi answered ${response.status} with something that is not JSON`);
  }
}

function summaryOf(answer, response) {
  return answer?.summary ?? `Wadi answered ${response.status}`;
}

function queryText(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length === 0 ? '' : '?' + new URLSearchParams(given);
}
