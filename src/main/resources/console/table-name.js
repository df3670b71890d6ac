/** A table's name as the API writes it: a part is quoted only where it would be read as another name. */
export function tableName(schema, name) {
  return `${readable(schema)}.${readable(name)}`;
}

/** The same of a name as people write it, who may leave out `public`. */
export function fullName(text) {
  const parts = [...text.trim().matchAll(/"((?:[^"]|"")*)"|[^.]+/g)].map(([plain, quoted]) => quoted?.replaceAll('""', '"') ?? plain.trim());
  return parts.length === 1 ? tableName('public', parts[0]) : tableName(...parts);
}

function readable(part) {
  const isPlain = !/[.",]/.test(part) && part === part.trim();
  return isPlain ? part : `"${part.replaceAll('"', '""')}"`;
}
