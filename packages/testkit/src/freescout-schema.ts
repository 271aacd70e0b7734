// Own wording of the tables that FreeScout 1.8's migrations leave behind on MariaDB (columns, types and indexes as public in
// github.com/freescout-help-desk/freescout, database/migrations, August 2026). FreeScout's core declares no foreign keys.
const TABLES = `
CREATE TABLE activity_logs (
  id int unsigned NOT NULL AUTO_INCREMENT, log_name varchar(191), description text NOT NULL, subject_id int,
  subject_type varchar(255), causer_id int unsigned, causer_type varchar(55), properties text,
  created_at timestamp NULL, updated_at timestamp NULL,
  PRIMARY KEY (id), KEY activity_logs_log_name_index (log_name)
)

CREATE TABLE attachments (
  id int unsigned NOT NULL AUTO_INCREMENT, thread_id int unsigned, user_id int unsigned, file_dir varchar(20),
  file_name varchar(255) NOT NULL, mime_type varchar(127) NOT NULL, type int unsigned NOT NULL,
  size int unsigned, embedded tinyint(1) NOT NULL DEFAULT 0, public tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id), KEY attachments_thread_id_embedded_index (thread_id, embedded)
)

CREATE TABLE conversation_folder (
  id int unsigned NOT NULL AUTO_INCREMENT, folder_id int unsigned NOT NULL,
  conversation_id int unsigned NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY conversation_folder_folder_id_conversation_id_unique (folder_id, conversation_id)
)

CREATE TABLE conversations (
  id int unsigned NOT NULL AUTO_INCREMENT, number int unsigned NOT NULL,
  threads_count int unsigned NOT NULL DEFAULT 0, type tinyint unsigned NOT NULL, folder_id int unsigned NOT NULL,
  status tinyint unsigned NOT NULL DEFAULT 1, state tinyint unsigned NOT NULL DEFAULT 1, subject varchar(998),
  customer_email varchar(191), cc text, bcc text, preview varchar(255) NOT NULL,
  imported tinyint(1) NOT NULL DEFAULT 0, has_attachments tinyint(1) NOT NULL DEFAULT 0,
  mailbox_id int unsigned NOT NULL, user_id int unsigned, customer_id int unsigned,
  created_by_user_id int unsigned, created_by_customer_id int unsigned, source_via tinyint unsigned NOT NULL,
  source_type tinyint unsigned NOT NULL, channel tinyint unsigned, closed_by_user_id int unsigned,
  closed_at timestamp NULL, user_updated_at timestamp NULL, last_reply_at timestamp NULL,
  last_reply_from tinyint unsigned, last_customer_reply_at timestamp NULL,
  read_by_user tinyint(1) NOT NULL DEFAULT 0, meta text, created_at timestamp NULL, updated_at timestamp NULL,
  PRIMARY KEY (id), KEY conversations_folder_id_status_index (folder_id, status),
  KEY conversations_mailbox_id_customer_id_index (mailbox_id, customer_id),
  KEY conversations_user_id_mailbox_id_state_status_index (user_id, mailbox_id, state, status),
  KEY conversations_folder_id_state_closed_at_index (folder_id, state, closed_at),
  KEY conversations_state_mailbox_id_status_index (state, mailbox_id, status),
  KEY conversations_mailbox_state_status_dates (mailbox_id, state, status, last_reply_at, created_at),
  KEY conversations_customer_id_created_at_index (customer_id, created_at),
  KEY conversations_mailbox_id_created_at_closed_at_index (mailbox_id, created_at, closed_at),
  KEY conversations_customer_email_status_created_at_index (customer_email, status, created_at)
)

CREATE TABLE customer_channel (
  id int unsigned NOT NULL AUTO_INCREMENT, customer_id int unsigned NOT NULL, channel tinyint unsigned NOT NULL,
  channel_id varchar(64) NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY customer_channel_channel_channel_id_unique (channel, channel_id),
  KEY customer_channel_customer_id_index (customer_id)
)

CREATE TABLE customers (
  id int unsigned NOT NULL AUTO_INCREMENT, first_name varchar(255), last_name varchar(255), company varchar(255),
  job_title varchar(255), photo_type tinyint unsigned, photo_url varchar(255), phones text, websites text,
  social_profiles text, notes text, address text, city varchar(255), state varchar(255), zip varchar(12),
  country varchar(2), channel tinyint unsigned, channel_id text, meta text, password varchar(255),
  last_login timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL,
  PRIMARY KEY (id)
)

CREATE TABLE emails (
  id int unsigned NOT NULL AUTO_INCREMENT, customer_id int unsigned NOT NULL, email varchar(191) NOT NULL,
  type tinyint unsigned NOT NULL DEFAULT 1,
  PRIMARY KEY (id), UNIQUE KEY emails_email_unique (email)
)

CREATE TABLE failed_jobs (
  id bigint unsigned NOT NULL AUTO_INCREMENT, connection text NOT NULL, queue text NOT NULL,
  payload longtext NOT NULL, exception longtext NOT NULL,
  failed_at timestamp NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (id)
)

CREATE TABLE folders (
  id int unsigned NOT NULL AUTO_INCREMENT, mailbox_id int unsigned NOT NULL, user_id int unsigned,
  type tinyint unsigned NOT NULL, total_count int NOT NULL DEFAULT 0, active_count int NOT NULL DEFAULT 0,
  meta text,
  PRIMARY KEY (id), KEY folders_mailbox_id_user_id_type_index (mailbox_id, user_id, type)
)

CREATE TABLE followers (
  id int unsigned NOT NULL AUTO_INCREMENT, conversation_id int unsigned NOT NULL, user_id int unsigned NOT NULL,
  added_by_user_id int unsigned,
  PRIMARY KEY (id), UNIQUE KEY followers_conversation_id_user_id_unique (conversation_id, user_id)
)

CREATE TABLE jobs (
  id bigint unsigned NOT NULL AUTO_INCREMENT, queue varchar(191) NOT NULL, payload longtext NOT NULL,
  attempts tinyint unsigned NOT NULL, reserved_at int unsigned, available_at int unsigned NOT NULL,
  created_at int unsigned NOT NULL,
  PRIMARY KEY (id), KEY jobs_queue_reserved_at_index (queue, reserved_at)
)

CREATE TABLE ltm_translations (
  id int unsigned NOT NULL AUTO_INCREMENT, status int NOT NULL DEFAULT 0, locale varchar(191) NOT NULL,
  \`group\` varchar(191) NOT NULL, \`key\` text NOT NULL, value text, created_at timestamp NULL,
  updated_at timestamp NULL, hash varchar(32),
  PRIMARY KEY (id)
)

CREATE TABLE mailbox_user (
  id int unsigned NOT NULL AUTO_INCREMENT, mailbox_id int unsigned NOT NULL, user_id int unsigned NOT NULL,
  after_send tinyint unsigned NOT NULL DEFAULT 2, hide tinyint(1) NOT NULL DEFAULT 0,
  mute tinyint(1) NOT NULL DEFAULT 0, access text,
  PRIMARY KEY (id), KEY mailbox_user_user_id_mailbox_id_index (user_id, mailbox_id),
  KEY mailbox_user_mailbox_id_index (mailbox_id)
)

CREATE TABLE mailboxes (
  id int unsigned NOT NULL AUTO_INCREMENT, name varchar(40) NOT NULL, email varchar(128) NOT NULL, aliases text,
  aliases_reply tinyint(1) NOT NULL DEFAULT 0, from_name tinyint unsigned NOT NULL DEFAULT 1,
  from_name_custom varchar(128), ticket_status tinyint unsigned NOT NULL DEFAULT 2,
  ticket_assignee tinyint unsigned NOT NULL DEFAULT 2, template tinyint unsigned NOT NULL DEFAULT 1,
  before_reply text, signature text, out_method tinyint unsigned NOT NULL DEFAULT 1, out_server varchar(255),
  out_username text, out_password text, out_port int unsigned,
  out_encryption tinyint unsigned NOT NULL DEFAULT 1, in_server varchar(255),
  in_port int unsigned NOT NULL DEFAULT 143, in_username varchar(100), in_password text,
  in_protocol tinyint unsigned NOT NULL DEFAULT 1, in_encryption tinyint unsigned NOT NULL DEFAULT 1,
  in_validate_cert tinyint(1) NOT NULL DEFAULT 1, in_imap_folders text, imap_sent_folder text, auto_bcc text,
  auto_reply_enabled tinyint(1) NOT NULL DEFAULT 0, auto_reply_subject varchar(128), auto_reply_message text,
  office_hours_enabled tinyint(1) NOT NULL DEFAULT 0, ratings tinyint(1) NOT NULL DEFAULT 0,
  ratings_placement tinyint unsigned NOT NULL DEFAULT 1, ratings_text text, meta text, created_at timestamp NULL,
  updated_at timestamp NULL,
  PRIMARY KEY (id), UNIQUE KEY mailboxes_email_unique (email)
)

CREATE TABLE migrations (
  id int unsigned NOT NULL AUTO_INCREMENT, migration varchar(191) NOT NULL, batch int NOT NULL,
  PRIMARY KEY (id)
)

CREATE TABLE modules (
  id int unsigned NOT NULL AUTO_INCREMENT, alias varchar(191) NOT NULL, active tinyint(1) NOT NULL DEFAULT 0,
  activated tinyint(1) NOT NULL DEFAULT 0, license text,
  PRIMARY KEY (id), UNIQUE KEY modules_alias_unique (alias)
)

CREATE TABLE notifications (
  id char(36) NOT NULL, type varchar(191) NOT NULL, notifiable_id bigint unsigned NOT NULL,
  notifiable_type varchar(191) NOT NULL, data text NOT NULL, conversation_id int unsigned,
  read_at timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL,
  PRIMARY KEY (id), KEY notifications_notifiable_read (notifiable_id, notifiable_type, read_at, created_at),
  KEY notifications_conversation_id (notifiable_id, notifiable_type, conversation_id)
)

CREATE TABLE options (
  id int unsigned NOT NULL AUTO_INCREMENT, name varchar(191) NOT NULL, value longtext NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY options_name_unique (name)
)

CREATE TABLE password_resets (
  email varchar(100) NOT NULL, token varchar(191) NOT NULL, created_at timestamp NULL,
  KEY password_resets_email_index (email)
)

CREATE TABLE polycast_events (
  id int unsigned NOT NULL AUTO_INCREMENT, channels text NOT NULL, event text NOT NULL, payload text NOT NULL,
  created_at timestamp NULL,
  PRIMARY KEY (id)
)

CREATE TABLE send_logs (
  id int unsigned NOT NULL AUTO_INCREMENT, thread_id int unsigned, customer_id int unsigned,
  user_id int unsigned, message_id varchar(998), email varchar(191) NOT NULL,
  mail_type tinyint unsigned NOT NULL, status tinyint unsigned NOT NULL, status_message text,
  smtp_queue_id varchar(20), created_at timestamp NULL, updated_at timestamp NULL,
  PRIMARY KEY (id), KEY send_logs_thread_id_index (thread_id), KEY send_logs_message_id_index (message_id(191)),
  KEY send_logs_customer_id_mail_type_created_at_index (customer_id, mail_type, created_at)
)

CREATE TABLE subscriptions (
  id int unsigned NOT NULL AUTO_INCREMENT, user_id int unsigned NOT NULL, medium tinyint unsigned NOT NULL,
  event tinyint unsigned NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY subscriptions_user_id_medium_event_unique (user_id, medium, event),
  KEY subscriptions_user_id_event_index (user_id, event)
)

CREATE TABLE threads (
  id int unsigned NOT NULL AUTO_INCREMENT, conversation_id int unsigned NOT NULL, user_id int unsigned,
  type tinyint unsigned NOT NULL, subtype tinyint unsigned, status tinyint unsigned NOT NULL DEFAULT 1,
  state tinyint unsigned NOT NULL DEFAULT 1, action_type tinyint unsigned, action_data varchar(255),
  body longtext, headers text, \`from\` varchar(191), \`to\` text, cc text, bcc text,
  has_attachments tinyint(1) NOT NULL DEFAULT 0, message_id varchar(998), source_via tinyint unsigned NOT NULL,
  source_type tinyint unsigned NOT NULL, customer_id int unsigned, created_by_user_id int unsigned,
  created_by_customer_id int unsigned, edited_by_user_id int unsigned, edited_at timestamp NULL,
  body_original longtext, first tinyint(1) NOT NULL DEFAULT 0, saved_reply_id int unsigned,
  send_status tinyint unsigned, send_status_data text, opened_at timestamp NULL, created_at timestamp NULL,
  updated_at timestamp NULL, meta text, imported tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY threads_conversation_id_type_from_customer_id_index (conversation_id, type, \`from\`, customer_id),
  KEY threads_conversation_id_created_at_index (conversation_id, created_at),
  KEY threads_message_id_index (message_id(191)), KEY threads_created_at_index (created_at),
  KEY threads_type_state_created_at_index (type, state, created_at),
  KEY threads_created_by_user_id_created_at_index (created_by_user_id, created_at)
)

CREATE TABLE users (
  id int unsigned NOT NULL AUTO_INCREMENT, first_name varchar(20) NOT NULL, last_name varchar(30) NOT NULL,
  email varchar(100) NOT NULL, password varchar(255) NOT NULL, role tinyint unsigned NOT NULL DEFAULT 1,
  timezone varchar(255) NOT NULL DEFAULT 'UTC', photo_url varchar(255), type tinyint unsigned NOT NULL DEFAULT 1,
  invite_state tinyint unsigned NOT NULL DEFAULT 1, emails text, job_title varchar(100), phone varchar(60),
  time_format tinyint unsigned NOT NULL DEFAULT 2, enable_kb_shortcuts tinyint(1) NOT NULL DEFAULT 1,
  locked tinyint(1) NOT NULL DEFAULT 0, remember_token varchar(100), created_at timestamp NULL,
  updated_at timestamp NULL, locale varchar(8), status tinyint unsigned NOT NULL DEFAULT 1, permissions text,
  PRIMARY KEY (id), UNIQUE KEY users_email_unique (email)
)
`

const OPTIONS = ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;'

/** The names of FreeScout's tables, in alphabetical order. */
export const freescoutTables: readonly string[] = [...TABLES.matchAll(/^CREATE TABLE (\w+)/gm)].map(
  ([, name]) => name!,
)

/** The CREATE TABLE statements of a FreeScout 1.8 database: all tables of its core, empty. They fail where one exists. */
export function freescoutSchema(): string {
  return TABLES.replace(/^\)$/gm, `)${OPTIONS}`).trimStart()
}
