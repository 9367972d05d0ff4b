import { fencedOf, type Page, proseOf } from './pages.ts';

/** One command that a page prints, without what it is piped into. */
export interface Printed {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** Its words as a shell would make them, without variables that are set before it. */
  readonly words: readonly string[];
  /** What is piped into it by `echo`. */
  readonly input: string;
  /** In a block of its own rather than within a sentence, where a part of a command may stand for it. */
  readonly whole: boolean;
}

/** Programs that stand at the beginning of a line that is a command, in a block without a prompt. */
const programs = /^(npx|npm|node|meterhouse|docker|curl|echo|cat|export|openssl) /;

/**
 * Every command that a page prints: in blocks of no language the lines behind `$ `, or, where a block has no such line,
 * those that begin with a program that we know; in sentences, code that begins with one of ours.
 */
export function printedOn(page: Page): Printed[] {
  return [...blocksOf(page), ...sentencesOf(page)];
}

function blocksOf(page: Page): Printed[] {
  // On the page that is all help, lines of two blanks are what can be typed; the others are usage.
  const inHelp = page.path === 'docs/command-line.md';
  const start = inHelp ? /^ {2}(?=meterhouse )/ : undefined;
  return fencedOf(page)
    .filter(({ language }) => ['', 'sh', 'bash', 'console'].includes(language))
    .flatMap(({ first, lines }) => {
      const prompted = lines.some((line) => line.startsWith('$ '));
      const begins = start ?? (prompted ? /^\$ / : undefined);
      return joined(lines).flatMap(({ text, at }) => {
        if (begins === undefined ? !programs.test(text) : !begins.test(text)) return [];
        const typed = begins === undefined ? text : text.replace(begins, '');
        // The help says behind some blanks what a line is for.
        const command = inHelp ? typed.replace(/ {3,}.*/, '') : typed;
        const all = commandsOf(command);
        return all.map((words, index) => {
          const before = all[index - 1] ?? [];
          const input = before[0] === 'echo' ? `${before.slice(1).join(' ')}\n` : '';
          return { page: page.path, line: first + at, text: command, words, input, whole: true };
        });
      });
    });
}

/** Lines with those that a backslash at the end continues. */
function joined(lines: readonly string[]): { text: string; at: number }[] {
  const whole: { text: string; at: number }[] = [];
  let open = false;
  for (const [at, line] of lines.entries()) {
    const last = whole.at(-1);
    if (open && last) last.text = `${last.text} ${line.replace(/\\$/, '').trim()}`;
    else whole.push({ text: line.replace(/\\$/, ''), at });
    open = line.endsWith('\\');
  }
  return whole;
}

function sentencesOf(page: Page): Printed[] {
  return proseOf(page)
    .split('\n')
    .flatMap((text, index) =>
      Array.from(text.matchAll(/`((?:npx )?meterhouse [^`]+|np[mx] [^`]+)`/g), ([, code = '']) => code).flatMap(
        (code) =>
          commandsOf(code).map((words) => ({
            page: page.path,
            line: index + 1,
            text: code,
            words,
            input: '',
            whole: false,
          })),
      ),
    );
}

/** The commands of a line: apart at `&&` and `;`, without what comes behind a pipe, and without a comment. */
export function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let quote: string | undefined;
  let piped = false;
  const end = (): void => {
    if (word !== undefined && !piped) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (const [index, sign] of Array.from(line).entries()) {
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word += sign;
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      word ??= '';
    } else if (sign === ' ') end();
    else if (sign === '#' && word === undefined) break;
    else if (sign === '|') {
      end();
      // What is piped into `meterhouse` is a command; what its answer is piped into is the reader's business.
      if (/^\s*(npx )?meterhouse /.test(line.slice(index + 1))) commands.push([]);
      else piped = true;
    } else if (sign === ';' || (sign === '&' && line[index + 1] === '&')) {
      end();
      piped = false;
      commands.push([]);
    } else if (sign !== '&') word = (word ?? '') + sign;
  }
  end();
  return commands.filter((words) => words.length > 0);
}

/** The words behind `meterhouse` where a command is one of ours; `npm start` is `start`. */
export function ourWords([program, second, ...rest]: readonly string[]): readonly string[] | undefined {
  if (program === 'meterhouse') return second === undefined ? [] : [second, ...rest];
  if ((program === 'npx' && second === 'meterhouse') || (program === 'node' && second === 'meterhouse.js')) return rest;
  if (program !== 'npm' || second !== 'start') return undefined;
  return ['start', ...(rest[0] === '--' ? rest.slice(1) : [])];
}
