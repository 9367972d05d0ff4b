import { crc32, inflateRawSync } from 'node:zlib';

/**
 * A reader of spreadsheets that shares nothing with what writes them: zip (APPNOTE 6.3, by its central directory, each
 * checksum compared) and SpreadsheetML (ECMA-376). It is strict: what it does not know is an error.
 */
export interface ReadSheet {
  readonly name: string;
  readonly rows: readonly (readonly ReadCell[])[];
}
export interface ReadCell {
  readonly type: 'text' | 'number' | 'boolean' | 'date';
  readonly value: string | number | boolean;
  /** How a number is shown. */
  readonly format: string | undefined;
}
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export function readSpreadsheet(file: Buffer): ReadSheet[] {
  const parts = unzip(file);
  const part = (name: string): Element => parseXml(parts.get(name)?.toString('utf8') ?? fail(`no ${name}`));
  const targets = new Map(
    all(part('xl/_rels/workbook.xml.rels'), 'Relationship').map(({ attributes }) => [
      attributes['Id'],
      attributes['Target'],
    ]),
  );
  const texts = all(part('xl/sharedStrings.xml'), 'si').map((si) => textOf(si));
  const styles = part('xl/styles.xml');
  const codes = new Map(
    all(styles, 'numFmt').map(({ attributes }) => [attributes['numFmtId'], attributes['formatCode']]),
  );
  const formats = all(all(styles, 'cellXfs')[0] ?? fail('no cellXfs'), 'xf').map(({ attributes }) =>
    codes.get(attributes['numFmtId'] ?? ''),
  );
  return all(part('xl/workbook.xml'), 'sheet').map(({ attributes }) => {
    const sheet = part(`xl/${targets.get(attributes['r:id'] ?? '')}`);
    if (all(sheet, 'f').length > 0) fail('a formula');
    const rows = all(sheet, 'row').map((row) => {
      const cells: ReadCell[] = [];
      for (const cell of all(row, 'c')) cells[columnOf(cell)] = readCell(cell, texts, formats);
      return cells;
    });
    return { name: attributes['name'] ?? '', rows };
  });
}

function readCell(cell: Element, texts: readonly string[], formats: readonly (string | undefined)[]): ReadCell {
  const raw = textOf(all(cell, 'v')[0] ?? fail('a cell without value'));
  const format = formats[Number(cell.attributes['s'] ?? 0)];
  const { t = 'n' } = cell.attributes;
  if (t === 's') return { type: 'text', value: texts[Number(raw)] ?? fail('no such text'), format };
  if (t === 'b') return { type: 'boolean', value: raw === '1', format };
  if (t !== 'n' || !Number.isFinite(Number(raw))) fail(`a cell of type ${t} with ${raw}`);
  if (format !== 'yyyy-mm-dd') return { type: 'number', value: Number(raw), format };
  // Day 25569 is 1970-01-01.
  const date = new Date((Number(raw) - 25_569) * 86_400_000).toISOString();
  return { type: 'date', value: date.slice(0, 10), format };
}

function columnOf({ attributes }: Element): number {
  const letters = /^[A-Z]+/.exec(attributes['r'] ?? '')?.[0] ?? fail('a cell without place');
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function unzip(file: Buffer): Map<string, Buffer> {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) fail('no end of central directory');
  const parts = new Map<string, Buffer>();
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (file.readUInt32LE(at) !== 0x02_01_4b_50) fail('no entry of the central directory');
    const [method, sum, size] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 16), file.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const packed = file.subarray(start, start + size);
    const content = method === 0 ? packed : inflateRawSync(packed);
    if (crc32(content) !== sum) fail(`${name} is damaged`);
    parts.set(name, content);
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}

const token = /<\?[^>]*\?>|<\/([\w:]+)\s*>|<([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

function parseXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < xml.length) {
    const found = token.exec(xml) ?? fail(`XML that is not well formed: ${xml.slice(0, 80)}`);
    const [, closes, opens, list = '', single, text] = found;
    const inner = open.at(-1) ?? fail('text after the end');
    if (closes !== undefined && open.pop()?.name !== closes) fail(`</${closes}> closes nothing`);
    if (text !== undefined) inner.text += unescape(text);
    if (opens === undefined) continue;
    const attributes = Object.fromEntries(
      Array.from(list.matchAll(/([\w:]+)="([^"]*)"/g), ([, key = '', value = '']) => [key, unescape(value)]),
    );
    const element: Element = { name: opens, attributes, children: [], text: '' };
    inner.children.push(element);
    if (single !== '/') open.push(element);
  }
  if (open.length !== 1) fail('an element that is not closed');
  return root;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  // eslint-disable-next-line no-control-regex -- XML 1.0 has no control characters but these three
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) fail('a character that XML does not have');
  return text.replaceAll(/&([^;]*);/g, (_, name: string) => {
    const code = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
    if (code) return String.fromCodePoint(code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16));
    return entities[name] ?? fail(`&${name};`);
  });
}

function all(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

function textOf(element: Element): string {
  return element.text + element.children.map(textOf).join('');
}

function fail(what: string): never {
  throw new Error(`this is no spreadsheet: ${what}`);
}
