import {element} from '../element.js';
import {code} from './copy.js';
import {notice} from './states.js';

const SQL = /(?:^|[\s:;(`])((?:alter|create|grant|insert|select|update|drop)\s[^`]+?;?)`?$/i;

/** What would make something work better, the SQL that mends it ready to be copied. */
export function warnings(list) {
  return (list ?? []).map((warning) => {
    const {text, sql} = parts(warning);
    return notice('warn', 'Warning', element('p', null, text), sql && code(sql, {language: 'sql'}));
  });
}

/** A warning is a sentence, which may end with SQL, or an object that names its parts. */
function parts(warning) {
  if (typeof warning !== 'string') {
    return {text: warning.message ?? warning.text ?? warning.summary ?? '', sql: warning.sql};
  }
  const found = SQL.exec(warning);
  return found ? {text: warning.slice(0, found.index).replace(/[,;:]?\s*(run)?:?\s*$/i, '.'), sql: found[1]} : {text: warning};
}
