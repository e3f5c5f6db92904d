/**
 * Shapes of plain data that a stranger may hand in. One declaration says what fits (`fault`), what the published JSON Schema
 * says (`schema`), and which type it has (`Of`); so the three cannot drift apart. [SHAPE-1]
 *
 *     const guest = record({ name: named, depth: maybe(whole(1, 32)) });
 *     type Guest = Of<typeof guest>;
 *
 * `whole text oneOf word ref` stand for single values, `record map list` for groups, `choice keyed either` for alternatives.
 */
import { nearest } from './nearest.ts';

/** Where a value stands: names of fields and numbers of entries, from the outside in. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, and where. `says` follows the place: 'is -4; it must be a whole number from 8 to 16384'. */
export interface Fault {
  readonly path: Path;
  readonly says: string;
}

/** What a reference may name, by what it refers to; null while that is not known yet. */
export type Names = Readonly<Record<string, readonly string[]>> | null;

/** A JSON Schema, draft 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Shape<T = unknown> {
  /** What fits, behind 'it must be': 'a whole number from 1 to 8'. */
  readonly is: string;
  /** The first fault of a value, or null. */
  readonly fault: (value: unknown, path: Path, names: Names) => Fault | null;
  readonly schema: Schema;
  /** The field may be left out. */
  readonly optional?: true;
  /** Never there: carries the type. */
  readonly of?: T;
}

export type Of<S> = S extends Shape<infer T> ? T : never;

export type Fields = Readonly<Record<string, Shape>>;

type Maybe<F extends Fields> = { [K in keyof F]: F[K] extends { readonly optional: true } ? K : never }[keyof F];

/** The type of a record with these fields. */
export type OfFields<F extends Fields> = { readonly [K in Exclude<keyof F, Maybe<F>>]: Of<F[K]> } & { readonly [K in Maybe<F>]?: Of<F[K]> };

const SHOWN = 40;

/** A value as a sentence may show it: one line, not too long. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'too large a number';
  const json = JSON.stringify(value) ?? typeof value;
  return json.length > SHOWN ? `${json.slice(0, SHOWN - 3)}...` : json;
}

/** A path as a sentence shows it; names that are no plain words stand in brackets, shortened. */
export function pathText(path: Path, from = '$'): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'string' && /^[A-Za-z_][\w-]{0,39}$/.test(part)) return text === '' ? part : `${text}.${part}`;
    return `${text}[${typeof part === 'number' ? part : show(part)}]`;
  }, from);
}

/** How a fault begins: that there is nothing, or what there is. */
function given(value: unknown): string {
  return value === undefined ? 'is missing' : `is ${show(value)}`;
}

function plain<T>(is: string, fits: (value: unknown) => boolean, schema: Schema): Shape<T> {
  const fault = (value: unknown, path: Path): Fault | null => (fits(value) ? null : { path, says: `${given(value)}; it must be ${is}` });
  return { is, fault, schema };
}

// --- single values --------------------------------------------------------------------------------------------------------

export function whole(least: number, most: number): Shape<number> {
  const fits = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return plain(`a whole number from ${least} to ${most}`, fits, { type: 'integer', minimum: least, maximum: most });
}

/** Text of `least` to `most` UTF-16 units. */
export function text(least: number, most: number): Shape<string> {
  const fits = (value: unknown): boolean => typeof value === 'string' && value.length >= least && value.length <= most;
  return plain(`text of ${least} to ${most} characters`, fits, { type: 'string', minLength: least, maxLength: most });
}

/** Text that fits a pattern from end to end; `is` says it in words. */
export function word(pattern: string, is: string): Shape<string> {
  const whole = `^(?:${pattern})$`;
  const fits = new RegExp(whole);
  return plain(is, (value) => typeof value === 'string' && fits.test(value), { type: 'string', pattern: whole });
}

export function oneOf<const T extends string | number | boolean>(...values: readonly T[]): Shape<T> {
  const said = values.map(show).join(', ');
  const is = values.length === 1 ? said : `one of ${said}`;
  const fault = (value: unknown, path: Path): Fault | null => {
    if ((values as readonly unknown[]).includes(value)) return null;
    return { path, says: `${given(value)}; ${meant(value, values) ?? `it must be ${is}`}` };
  };
  return { is, fault, schema: values.length === 1 ? { const: values[0] } : { enum: values } };
}

/** 'did you mean "x"?' without its mark, or null. */
function meant(value: unknown, values: readonly unknown[]): string | null {
  const near = typeof value === 'string' ? nearest(value, values.filter((v): v is string => typeof v === 'string')) : '';
  return near === '' ? null : `did you mean ${show(near)}? It must be ${values.length === 1 ? show(near) : `one of ${values.map(show).join(', ')}`}`;
}

/** The name of something that is declared elsewhere in the same data; checked once the names are known. */
export function ref(to: string, as: Shape<string>): Shape<string> {
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    const wrong = as.fault(value, path, names);
    const known = names?.[to];
    if (wrong !== null || known === undefined || known.includes(value as string)) return wrong;
    const there = known.length === 0 ? `there is no ${to} to name yet, so add one` : (meant(value, known) ?? `it must be ${oneOf(...known).is}`);
    return { path, says: `is ${show(value)}; ${there}` };
  };
  return { is: `the name of a ${to}`, fault, schema: { ...as.schema, description: `The name of a ${to}.` } };
}

// --- groups ---------------------------------------------------------------------------------------------------------------

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Leave out what may be left out. */
export function maybe<T>(shape: Shape<T>): Shape<T> & { readonly optional: true } {
  const fault = (value: unknown, path: Path, names: Names): Fault | null => (value === undefined ? null : shape.fault(value, path, names));
  return { ...shape, fault, optional: true };
}

/** Says in the Schema what a field is for. */
export function told<S extends Shape>(description: string, shape: S): S {
  return { ...shape, schema: { description, ...shape.schema } };
}

/** An object with these fields and no others. */
export function record<F extends Fields>(fields: F): Shape<OfFields<F>> {
  return { is: 'an object', fault: (value, path, names) => recordFault(fields, value, path, names), schema: recordSchema(fields) };
}

function recordFault(fields: Fields, value: unknown, path: Path, names: Names): Fault | null {
  if (!isObject(value)) return { path, says: `${given(value)}; it must be an object` };
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(fields, key)) continue;
    const near = nearest(key, Object.keys(fields));
    return { path: [...path, key], says: `is not a field; ${near === '' ? '' : `did you mean ${near}? `}known here: ${Object.keys(fields).join(', ')}` };
  }
  for (const key of Object.keys(fields)) {
    const found = fields[key]!.fault(Object.hasOwn(value, key) ? value[key] : undefined, [...path, key], names);
    if (found !== null) return found;
  }
  return null;
}

function recordSchema(fields: Fields): Schema {
  const keys = Object.keys(fields);
  const required = keys.filter((key) => fields[key]!.optional !== true);
  return {
    type: 'object', properties: Object.fromEntries(keys.map((key) => [key, fields[key]!.schema])), ...(required.length === 0 ? {} : { required }), additionalProperties: false,
  };
}

/** An object whose fields all have one shape; its names are free within theirs. */
export function map<T>(name: Shape<string>, of: Shape<T>, most: number): Shape<Readonly<Record<string, T>>> {
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    if (!isObject(value)) return { path, says: `${given(value)}; it must be an object` };
    const keys = Object.keys(value);
    if (keys.length > most) return { path, says: `has ${keys.length} entries; at most ${most} are read` };
    for (const key of keys) {
      if (name.fault(key, path, names) !== null) return { path: [...path, key], says: `is not a name that fits; it must be ${name.is}` };
      const found = of.fault(value[key], [...path, key], names);
      if (found !== null) return found;
    }
    return null;
  };
  return { is: 'an object', fault, schema: { type: 'object', propertyNames: name.schema, additionalProperties: of.schema, maxProperties: most } };
}

export function list<T>(of: Shape<T>, most: number): Shape<readonly T[]> {
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    if (!Array.isArray(value)) return { path, says: `${given(value)}; it must be a list` };
    if (value.length > most) return { path, says: `has ${value.length} entries; at most ${most} are read` };
    for (let i = 0; i < value.length; i++) {
      const found = of.fault(value[i], [...path, i], names);
      if (found !== null) return found;
    }
    return null;
  };
  return { is: 'a list', fault, schema: { type: 'array', items: of.schema, maxItems: most } };
}

// --- alternatives ---------------------------------------------------------------------------------------------------------

/** Either of two shapes of different kinds. */
export function either<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  const is = `${a.is} or ${b.is}`;
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    if (a.fault(value, path, names) === null || b.fault(value, path, names) === null) return null;
    return { path, says: `${given(value)}; it must be ${is}` };
  };
  return { is, fault, schema: { oneOf: [a.schema, b.schema] } };
}

/** The type of a choice: one record for each case, with the word that tells them apart. */
export type OfCases<By extends string, C extends Readonly<Record<string, Fields>>> = { [K in keyof C]: { readonly [B in By]: K } & OfFields<C[K]> }[keyof C];

/** One of several records; the field `by` says which. */
export function choice<By extends string, C extends Readonly<Record<string, Fields>>>(by: By, cases: C): Shape<OfCases<By, C>> {
  const tags = Object.keys(cases);
  const tag = oneOf(...tags);
  const records = new Map(tags.map((key) => [key, record({ [by]: oneOf(key), ...cases[key] })]));
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    if (!isObject(value)) return { path, says: `${given(value)}; it must be an object with a field ${by}` };
    const word = Object.hasOwn(value, by) ? value[by] : undefined;
    const wrong = tag.fault(word, [...path, by], names);
    return wrong ?? records.get(word as string)!.fault(value, path, names);
  };
  return { is: `an object with a field ${by}`, fault, schema: { oneOf: tags.map((key) => records.get(key)!.schema) } };
}

/** One of several records, told apart by the field that each of them alone has. */
export function keyed<C extends Readonly<Record<string, Fields>>>(cases: C): Shape<{ [K in keyof C]: OfFields<C[K]> }[keyof C]> {
  const tags = Object.keys(cases);
  const records = new Map(tags.map((key) => [key, record(cases[key]!)]));
  const is = `an object with one of the fields ${tags.join(', ')}`;
  const fault = (value: unknown, path: Path, names: Names): Fault | null => {
    if (!isObject(value)) return { path, says: `${given(value)}; it must be ${is}` };
    const tag = tags.find((key) => Object.hasOwn(value, key));
    if (tag !== undefined) return records.get(tag)!.fault(value, path, names);
    const [other = ''] = Object.keys(value);
    const near = nearest(other, tags);
    return near === '' ? { path, says: `is ${show(value)}; it must be ${is}` } : { path: [...path, other], says: `is not a field; did you mean ${near}?` };
  };
  return { is, fault, schema: { oneOf: tags.map((key) => records.get(key)!.schema) } };
}

/** In the Schema a shape that has a name of its own is written once, under `$defs`. */
export function defined<S extends Shape>(name: string, shape: S): S {
  return { ...shape, schema: { $ref: `#/$defs/${name}` } };
}
