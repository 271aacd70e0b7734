import type { Random } from './freescout-random.ts'
import { agents, fill, nastyTexts, paragraph, type Compiled } from './freescout-text.ts'

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const link = (random: Random, label: string): string =>
  `<a href="https://lnk.example.net/c/${random.base64(43)}?utm_source=mail&amp;utm_medium=email&amp;id=${random.hex(12)}" style="color:#0b57d0;text-decoration:underline" target="_blank">${label}</a>`

/** The part of a message that its writer wrote: paragraphs, now and then a list, a log or something nasty. */
export function written(random: Random, language: Compiled, name: string): string {
  const p = '<p style="margin:0 0 12px 0;line-height:1.45">'
  let html = `${p}${fill(random, language, language.greetings)}</p>\r\n`
  for (let left = 2 + random.int(5); left > 0; left -= 1) html += `${p}${paragraph(random, language)}</p>\r\n`
  if (random.chance(0.08)) {
    html += '<ul style="margin:0 0 12px 20px;padding:0">\r\n'
    for (let left = 2 + random.int(5); left > 0; left -= 1)
      html += `<li style="margin:0 0 4px 0">${fill(random, language, language.subjects)}</li>\r\n`
    html += '</ul>\r\n'
  }
  if (random.chance(0.06)) {
    html += '<pre style="font-family:Consolas,monospace;font-size:12px;background-color:#f6f8fa;padding:8px">'
    for (let left = 4 + random.int(16); left > 0; left -= 1)
      html += `[2026-${random.int(12) + 1}-${random.int(28) + 1} ${random.int(24)}:${random.int(60)}:${random.int(60)}] production.ERROR: ${random.hex(16)} in ${random.hex(4)}.dll at 0x${random.hex(8)}\n`
    html += '</pre>\r\n'
  }
  if (random.chance(0.02)) html += `${p}${escaped(random.pick(nastyTexts))}</p>\r\n`
  return `${html}${p}${fill(random, language, language.closings)}<br>\r\n${escaped(name)}</p>\r\n`
}

function signature(random: Random, name: string, job: string): string {
  const phone = `+49 ${200 + random.int(700)} ${1_000_000 + random.int(8_999_999)}`
  return `<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-family:Arial,Helvetica,sans-serif;font-size:12px;color:#6b7280"><tr><td style="padding:8px 16px 8px 0;border-right:2px solid #e5e7eb"><strong style="color:#111827">${escaped(name)}</strong><br>${escaped(job)}<br><span style="font-size:11px">${phone}</span></td><td style="padding:8px 0 8px 16px">${link(random, 'www.example.com')}</td></tr></table>\r\n`
}

const picture = (random: Random): string =>
  `<img alt="image${String(random.int(1000)).padStart(3, '0')}.png" style="max-width:100%;height:auto" src="data:image/png;base64,iVBORw0KGgo${random.base64(400 + 4 * random.int(600))}==">\r\n`

/** A message as HTML: what was written, a signature, and below it the message that it answers. */
export function mailHtml(random: Random, text: string, by: Sender, answered: string | undefined): string {
  let html = `<div${by.rtl ? ' dir="rtl"' : ''} style="font-family:Calibri,'Segoe UI',Arial,sans-serif;font-size:11pt;color:#1f2937">\r\n${text}`
  if (by.job !== undefined) html += signature(random, by.name, by.job)
  if (random.chance(0.03)) html += picture(random)
  html += '</div>\r\n'
  if (answered !== undefined)
    html += `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On ${answered.length % 28}/11/2026 wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">\r\n${answered}</blockquote></div>\r\n`
  return html
}

/** Who writes, as far as the message shows it. */
export interface Sender {
  readonly name: string
  readonly job?: string | undefined
  readonly rtl: boolean
}

/** The raw header of a message that was received, with the signatures that no compressor shortens. */
export function mailHeaders(
  random: Random,
  mail: { readonly from: string; readonly to: string; readonly messageId: string; readonly at: string },
): string {
  const host = `mail-${random.hex(4)}.example.org`
  return [
    `Return-Path: <${mail.from}>`,
    `Received: from ${host} (${host} [198.51.100.${random.int(256)}])\r\n\tby mx1.example.com (Postfix) with ESMTPS id ${random.hex(11).toUpperCase()}\r\n\tfor <${mail.to}>; ${mail.at} +0000 (UTC)`,
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=20${random.hex(4)};\r\n\th=from:to:subject:date:message-id; bh=${random.base64(43)}=;\r\n\tb=${random.base64(342)}==`,
    `X-Google-Smtp-Source: ${random.base64(76)}`,
    `MIME-Version: 1.0`,
    `Message-ID: <${mail.messageId}>`,
    `From: <${mail.from}>`,
    `To: ${mail.to}`,
    `Content-Type: multipart/alternative; boundary="${random.hex(28)}"`,
    `X-Spam-Status: No, score=-${random.int(5)}.${random.int(10)} required=5.0`,
  ].join('\r\n')
}

/** How an agent signs. */
export function agentSender(userId: number): Sender {
  const [first, last, job] = agents[userId - 1]!
  return { name: `${first} ${last}`, job, rtl: false }
}
