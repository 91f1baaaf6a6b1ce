/** The part of JSON Schema (2020-12) that the schema of `valohai.yaml` needs. */
export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** Keywords in the order in which they are checked. */
export interface Schema {
  description?: string;
  type?: TypeName | TypeName[];
  enum?: string[];
  const?: string;
  pattern?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: false;
  prefixItems?: Schema[];
  items?: Schema | false;
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
}

export const text: Schema = { type: 'string' };
export const number: Schema = { type: 'number' };
export const integer: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
export const open: Schema = { type: 'object' };
export const anything: Schema = {};
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const textOrTexts: Schema = { oneOf: [text, listOf(text)] };
export const oneOf = (...words: string[]): Schema => ({ enum: words, type: 'string' });
/** An object that has nothing but these properties; a typing mistake is an error. */
export const closed = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  required,
});
