import { createHash } from 'node:crypto';
import type { Letter } from '../../domain/alerts/letter.ts';

/** A letter as a mail: plain text and HTML, and the headers by which programs put the mails of one alert together. */
export interface Email {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo?: string | undefined;
  readonly references?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority: 'high' | 'normal';
}

export interface EmailRequest {
  readonly letter: Letter;
  readonly from: string;
  readonly to: string;
  /** What is sent again has the same key, and so the same Message-ID: a mailbox shows it once. */
  readonly key: string;
  /** Key of the first mail of this alert to this recipient, where this is a later one. */
  readonly firstKey?: string | undefined;
}

export function emailOf({ letter, from, to, key, firstKey }: EmailRequest): Email {
  const first = firstKey === undefined ? undefined : messageIdOf(firstKey, from);
  return {
    from,
    to,
    subject: first === undefined ? letter.subject : `Re: ${letter.subject}`,
    text: textOf(letter),
    html: htmlOf(letter),
    messageId: messageIdOf(key, from),
    inReplyTo: first,
    references: first,
    // RFC 3834: nobody's out-of-office answers it. Exchange goes by a header of its own.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    priority: letter.isUrgent ? 'high' : 'normal',
  };
}

/** Made of the key and nothing else; a hash, since a key holds an address. */
function messageIdOf(key: string, from: string): string {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const domain = /@([a-z0-9.-]+)>?$/i.exec(from)?.[1] ?? 'meterhouse.invalid';
  return `<${name}@${domain}>`;
}

function textOf({ news, facts, lists, chart, link, foot }: Letter): string {
  const parts = [
    news,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    ...lists.map(({ heading, lines }) => [`${heading}:`, ...lines.map((line) => `- ${line}`)].join('\n')),
    chart ? [chart.says, `measured ${chart.measured}`, `usual    ${chart.expected}`].join('\n') : '',
    link ?? '',
    foot,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Without pictures, scripts or anything fetched: mail programs keep them back, and an isolated network has none. */
function htmlOf({ news, facts, lists, chart, link, foot, subject }: Letter): string {
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const body = [
    `<p style="font-size:16px"><b>${escaped(news)}</b></p>`,
    rows.length === 0 ? '' : `<table cellspacing="0" cellpadding="0">${rows.join('')}</table>`,
    ...lists.map(({ heading, lines }) => {
      const items = lines.map((line) => `<li>${escaped(line)}</li>`);
      return `<p><b>${escaped(heading)}</b></p><ul>${items.join('')}</ul>`;
    }),
    chart ? `<p>${escaped(chart.says)}</p><pre>measured ${chart.measured}\nusual    ${chart.expected}</pre>` : '',
    link === undefined ? '' : `<p><a href="${escaped(link)}">${escaped(link)}</a></p>`,
    `<p style="color:#666">${escaped(foot)}</p>`,
  ];
  const head = `<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`;
  return `<!doctype html><html lang="en">${head}<body style="font-family:sans-serif">${body.join('')}</body></html>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
