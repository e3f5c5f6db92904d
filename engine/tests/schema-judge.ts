/** A judge of values by JSON Schema, for the keywords the lab's Schema uses; a keyword it does not know is a fault of the Schema. */
type Schema = Readonly<Record<string, unknown>>;

const known = new Set([
  '$schema', '$defs', '$ref', 'title', 'description', 'type', 'const', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'properties', 'required',
  'additionalProperties', 'propertyNames', 'maxProperties', 'items', 'maxItems', 'oneOf',
]);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v),
  array: (v) => Array.isArray(v),
  string: (v) => typeof v === 'string',
  integer: (v) => Number.isInteger(v),
};

/** True when the value is what the Schema says. */
export function judged(value: unknown, schema: Schema, root: Schema = schema): boolean {
  for (const keyword of Object.keys(schema)) if (!known.has(keyword)) throw new Error(`The judge does not know ${keyword}.`);
  const { $ref, type } = schema;
  if (typeof $ref === 'string') return judged(value, (root['$defs'] as Record<string, Schema>)[$ref.replace('#/$defs/', '')]!, root);
  if (type !== undefined && !types[type as string]!(value)) return false;
  if ('const' in schema && value !== schema['const']) return false;
  if ('enum' in schema && !(schema['enum'] as unknown[]).includes(value)) return false;
  if ('oneOf' in schema && (schema['oneOf'] as Schema[]).filter((s) => judged(value, s, root)).length !== 1) return false;
  if (typeof value === 'number') return value >= ((schema['minimum'] as number | undefined) ?? -Infinity) && value <= ((schema['maximum'] as number | undefined) ?? Infinity);
  if (typeof value === 'string') return textFits(value, schema);
  if (Array.isArray(value)) return value.length <= ((schema['maxItems'] as number | undefined) ?? Infinity) && value.every((v) => judged(v, (schema['items'] as Schema | undefined) ?? {}, root));
  return value === null || typeof value !== 'object' || objectFits(value as Record<string, unknown>, schema, root);
}

function textFits(value: string, schema: Schema): boolean {
  const { length } = Array.from(value);
  return length >= ((schema['minLength'] as number | undefined) ?? 0) && length <= ((schema['maxLength'] as number | undefined) ?? Infinity) && new RegExp((schema['pattern'] as string | undefined) ?? '', 'u').test(value);
}

function objectFits(value: Record<string, unknown>, schema: Schema, root: Schema): boolean {
  const properties = (schema['properties'] as Record<string, Schema> | undefined) ?? {};
  const others = schema['additionalProperties'] as Schema | false | undefined;
  const keys = Object.keys(value);
  if (keys.length > ((schema['maxProperties'] as number | undefined) ?? Infinity)) return false;
  if (((schema['required'] as string[] | undefined) ?? []).some((key) => !Object.hasOwn(value, key))) return false;
  return keys.every((key) => {
    if ('propertyNames' in schema && !judged(key, schema['propertyNames'] as Schema, root)) return false;
    if (Object.hasOwn(properties, key)) return judged(value[key], properties[key]!, root);
    return others === undefined || (others !== false && judged(value[key], others, root));
  });
}
