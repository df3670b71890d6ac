import {element} from '../element.js';
import {code} from './copy.js';
import {notice} from './states.js';

const REMEDY = /^(.*?)[;,.] run: ([^;]*;)(.*)$/s;

/** What would make something work better, the SQL that mends it ready to be copied. */
export function warnings(list) {
  return (list ?? []).map((warning) => {
    const [, problem, sql, rest] = REMEDY.exec(warning) ?? [null, warning, null, ''];
    return notice('warn', 'Warning', element('p', null, problem), sql && code(sql, {language: 'sql'}), rest && element('p', null, rest));
  });
}
