import { expect, test } from 'vitest'
import { runReadmeExample } from '@raxx/testkit/readme'
import { startSlack } from '@raxx/testkit/slack'

test('the README’s example sends its message', async () => {
  await using slack = await startSlack({ tokens: ['xoxb-readme'], channels: ['D0AJ7K184TV'] })
  const { stdout } = await runReadmeExample(new URL('../README.md', import.meta.url), {
    SLACK_BOT_TOKEN: 'xoxb-readme',
    SLACK_API_URL: slack.url,
  })
  expect(stdout).toBe('[{"channel":"slack","delivered":true}]\n')
  expect(slack.messages).toMatchObject([{ channel: 'D0AJ7K184TV' }])
})
