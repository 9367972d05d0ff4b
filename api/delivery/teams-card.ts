import type { Letter } from '../../domain/alerts/letter.ts';
import { limits } from '../../domain/limits.ts';

/**
 * A letter as what a Teams Workflow takes: one message with one Adaptive Card 1.4. Teams refuses more than some 28 kB,
 * so that what matters least is left out until it fits.
 */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}

interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.4';
  readonly body: readonly CardElement[];
  readonly actions: readonly { readonly type: 'Action.OpenUrl'; readonly title: string; readonly url: string }[];
}

type CardElement =
  | ({ readonly type: 'TextBlock'; readonly text: string; readonly wrap: true } & Partial<TextLook>)
  | { readonly type: 'FactSet'; readonly facts: readonly { readonly title: string; readonly value: string }[] };

interface TextLook {
  readonly size: 'large' | 'small';
  readonly weight: 'bolder';
  readonly color: 'attention';
  readonly fontType: 'monospace';
  readonly isSubtle: true;
}

export function teamsMessageOf(letter: Letter): TeamsMessage {
  let shown = letter;
  for (;;) {
    const message = messageOf(shown);
    if (Buffer.byteLength(JSON.stringify(message)) <= limits.teamsMessageBytes) return message;
    shown = shorter(shown);
  }
}

/** The chart goes first, then half of what lists hold, then texts are cut to half of the longest. */
function shorter(letter: Letter): Letter {
  if (letter.chart) return { ...letter, chart: undefined };
  const longest = Math.max(0, ...letter.lists.map(({ lines }) => lines.length));
  if (longest > 2) {
    const most = Math.ceil(longest / 2);
    const lists = letter.lists.map(({ heading, lines }) => {
      const left = lines.length - most;
      return { heading, lines: left > 0 ? [...lines.slice(0, most - 1), `and ${left + 1} more`] : lines };
    });
    return { ...letter, lists };
  }
  const texts = [letter.news, ...letter.facts.map(({ value }) => value), ...letter.lists.flatMap(({ lines }) => lines)];
  const characters = Math.ceil(Math.max(...texts.map(({ length }) => length)) / 2);
  const cut = (text: string): string => (text.length > characters ? `${text.slice(0, characters)} …` : text);
  return {
    ...letter,
    subject: cut(letter.subject),
    news: cut(letter.news),
    facts: letter.facts.map(({ name, value }) => ({ name, value: cut(value) })),
    lists: letter.lists.map(({ heading, lines }) => ({ heading, lines: lines.map(cut) })),
  };
}

function messageOf({ subject, news, facts, lists, chart, link, foot, isUrgent }: Letter): TeamsMessage {
  const text = (words: string, look: Partial<TextLook> = {}): CardElement => ({
    type: 'TextBlock',
    text: plain(words),
    wrap: true,
    ...look,
  });
  const body: CardElement[] = [
    text(subject, { size: 'large', weight: 'bolder', ...(isUrgent ? { color: 'attention' } : {}) }),
    text(news, { weight: 'bolder' }),
  ];
  if (facts.length > 0) {
    body.push({ type: 'FactSet', facts: facts.map(({ name, value }) => ({ title: name, value: plain(value) })) });
  }
  for (const { heading, lines } of lists) {
    body.push(text(heading, { weight: 'bolder' }), text(lines.map((line) => `- ${line}`).join('\n')));
  }
  if (chart) {
    body.push(
      text(chart.says, { size: 'small' }),
      text(`measured ${chart.measured}\n\nusual    ${chart.expected}`, { fontType: 'monospace' }),
    );
  }
  body.push(text(foot, { size: 'small', isSubtle: true }));
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body,
          actions: link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Open', url: link }],
        },
      },
    ],
  };
}

/** A card reads links out of text: what a person wrote is not to become one with another name. */
function plain(text: string): string {
  return text.replaceAll('](', '] (');
}
