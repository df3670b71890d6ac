/** A table's name as the API writes it: a part is quoted only where it would be read as another name. */
export function tableName(schema, name) {
  return `${readable(schema)}.${readable(name)}`;
}

function readable(part) {
  const isPlain = !/[.",]/.test(part) && part === part.trim();
  return isPlain ? part : `"${part.replaceAll('"', '""')}"`;
}
