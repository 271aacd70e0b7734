import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { databasePlace } from './grant-words.ts'
import { missingPrivileges } from './missing-privileges.ts'
import { readGrants, rightsOn } from './privileges.ts'

const NEEDED = 'SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE'

test('reads what servers print', () => {
  const grants = readGrants([
    "GRANT USAGE ON *.* TO `app`@`localhost` IDENTIFIED BY PASSWORD '*ABC TO DEF ON x'",
    'GRANT ALL PRIVILEGES ON `a``b\\_c`.* TO `app`@`localhost` WITH GRANT OPTION',
    'GRANT SELECT (`a, b`, `c`), SHOW VIEW ON `db`.`t``x` TO `app`@`localhost`',
    'GRANT EXECUTE ON PROCEDURE `db`.`p` TO `app`@`localhost`',
    'GRANT EXECUTE ON PACKAGE BODY `db`.`p` TO `app`@`localhost`',
    'GRANT `reader` TO `app`@`localhost`',
    "GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION",
    'SET DEFAULT ROLE `reader` FOR `app`@`localhost`',
    'REVOKE SELECT ON `secret`.* FROM `app`@`localhost`',
  ])
  expect(grants.map(({ on, privileges, revokes }) => [on, [...privileges], revokes])).toEqual([
    [{ kind: 'global' }, ['USAGE'], false],
    [{ kind: 'database', pattern: 'a`b\\_c' }, ['ALL PRIVILEGES'], false],
    [{ kind: 'smaller', name: 'db.t`x' }, ['SHOW VIEW'], false],
    [{ kind: 'smaller', name: 'db.p' }, ['EXECUTE'], false],
    [{ kind: 'smaller', name: 'db.p' }, ['EXECUTE'], false],
    [{ kind: 'database', pattern: 'secret' }, ['SELECT'], true],
  ])
})

test('the grant that is proposed for a database meets it, and a name with wildcards meets no other', () => {
  assert(
    property(
      string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
      string({ minLength: 1 }),
      (name, other) => {
        const grants = readGrants([`GRANT ${NEEDED} ON ${databasePlace(name)} TO \`app\`@\`localhost\``])
        expect(rightsOn(name, grants).has('SELECT')).toBe(true)
        expect(rightsOn(other, grants).has('SELECT')).toBe(other === name)
      },
    ),
  )
})

test('of two patterns that are as close, only what both give counts', () => {
  const grants = readGrants([
    'GRANT ALL PRIVILEGES ON `shop%`.* TO `app`@`%`',
    'GRANT SELECT, EVENT ON `shop_1`.* TO `app`@`%`',
    'GRANT EVENT ON `shop_%`.* TO `app`@`%`',
  ])
  const rights = rightsOn('shop_1', grants)
  expect([rights.has('EVENT'), rights.has('SELECT'), rights.has('TRIGGER')]).toEqual([true, false, false])
})

test('what MySQL revokes in part is not had', () => {
  const grants = readGrants([
    'GRANT SELECT ON *.* TO `app`@`%`',
    'REVOKE SELECT ON `secret`.* FROM `app`@`%`',
  ])
  expect(rightsOn('secret', grants).has('SELECT')).toBe(false)
  expect(rightsOn('open', grants).has('SELECT')).toBe(true)
})

test.each([
  ['10.11.6-MariaDB', 'GRANT SELECT ON mysql.proc'],
  ['11.4.2-MariaDB-log', 'GRANT SHOW CREATE ROUTINE ON `shop`.*'],
  ['8.0.36', 'GRANT SHOW_ROUTINE ON *.*'],
  ['5.7.44-log', 'GRANT SELECT ON mysql.proc'],
])('on %s the right to read a routine is %s', (serverVersion, grant) => {
  const missing = missingPrivileges('shop', {
    grants: readGrants([`GRANT ${NEEDED} ON \`shop\`.* TO \`app\`@\`%\``]),
    routines: [{ type: 'PROCEDURE', name: 'p', definer: 'root@localhost', readable: false }],
    user: 'app@%',
    serverVersion,
    brokenViews: false,
  })
  expect(missing.map((lack) => lack.grant)).toEqual([`${grant} TO 'app'@'%';`])
})
