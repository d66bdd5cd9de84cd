-- Made by commit 3612330 (26 November 2026) on MariaDB 10.11: mariadb-dump of a schema with a conversion in every state.
CREATE TABLE `accounts` (
  `id` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `email` varchar(254) NOT NULL,
  `role` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `language` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `password` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `email` (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `api_keys` (
  `id` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(100) NOT NULL,
  `hash` varchar(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `start` varchar(16) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `hash` (`hash`),
  KEY `api_keys_of_account` (`account`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `attempts` (
  `name` varchar(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `count` int(11) NOT NULL,
  `blocked_until` bigint(20) NOT NULL,
  `last_at` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `auth_schema` (
  `installed_rank` int(11) NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int(11) DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT current_timestamp(),
  `execution_time` int(11) NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `auth_schema_s_idx` (`success`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `auth_schema` VALUES (1,'1','','SQL','V1__.sql',126782739,'tapedeck','2026-11-26 22:32:31',34,1);
INSERT INTO `auth_schema` VALUES (2,'2','','SQL','V2__.sql',593456397,'tapedeck','2026-11-26 22:32:31',6,1);
CREATE TABLE `conversion` (
  `id` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `owner` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `hidden` smallint(6) NOT NULL,
  `attempt` int(11) NOT NULL,
  `strikes` int(11) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `changed_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  `video_name` varchar(300) NOT NULL,
  `video_search` varchar(900) NOT NULL,
  `video_size` bigint(20) NOT NULL,
  `video_blob` varchar(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `options` varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `worker` varchar(200) DEFAULT NULL,
  `lease_until` bigint(20) DEFAULT NULL,
  `fraction` double DEFAULT NULL,
  `speed` double DEFAULT NULL,
  `mp3_blob` varchar(80) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `mp3_size` bigint(20) DEFAULT NULL,
  `mp3_micros` bigint(20) DEFAULT NULL,
  `mp3_sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `mp3_copied` smallint(6) DEFAULT NULL,
  `mp3_warnings` text DEFAULT NULL,
  `ready_at` bigint(20) DEFAULT NULL,
  `problem_code` varchar(40) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `problem_detail` text DEFAULT NULL,
  `event_by` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `conversion_list` (`owner`,`hidden`,`id`),
  KEY `conversion_list_of_state` (`owner`,`state`,`hidden`,`id`,`video_size`,`mp3_size`),
  KEY `conversion_changes` (`owner`,`changed_at`),
  KEY `conversion_sound` (`owner`,`ready_at`,`mp3_micros`),
  KEY `conversion_state_since` (`state`,`changed_at`),
  KEY `conversion_expiry` (`state`,`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g05z5nfmpmahymhkq0','acc_0000000000000000000000000a','queued',0,0,0,1795723200000,1795723200000,4922899200000,'queued.mp4','queued.mp4',1000,'cnv_01m8cq31g05z5nfmpmahymhkq0','q=2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g1c0ytq07smq948rda','acc_0000000000000000000000000a','converting',0,1,0,1795723200000,1795723200000,4922899200000,'converting.mp4','converting.mp4',1000,'cnv_01m8cq31g1c0ytq07smq948rda','q=2','w',1795723208000,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g2wer99e4jpqnxyq7p','acc_0000000000000000000000000a','ready',0,1,0,1795723200000,1795723200000,4922899200000,'ready.mp4','ready.mp4',1000,'cnv_01m8cq31g2wer99e4jpqnxyq7p','q=2','w',1795723208000,0,0,'cnv_01m8cq31g2wer99e4jpqnxyq7p.1',400,61234000,'abababababababababababababababababababababababababababababababab',0,'the sound is damaged from 00:00:01 to 00:00:02',1795723200000,NULL,NULL,0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g38t8bz5bhbzak57kt','acc_0000000000000000000000000a','failed',0,1,0,1795723200000,1795723200000,4922899200000,'failed.mp4','failed.mp4',1000,'cnv_01m8cq31g38t8bz5bhbzak57kt','q=2','w',1795723208000,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'no-audio-track','only a picture',0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g41jpf7ashqsr0sy2a','acc_0000000000000000000000000a','cancelled',0,0,0,1795723200000,1795723200000,4922899200000,'cancelled.mp4','cancelled.mp4',1000,'cnv_01m8cq31g41jpf7ashqsr0sy2a','q=2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g5wczehcry1m6286ga','acc_0000000000000000000000000a','expired',0,0,0,1795723200000,1795723200000,4922899200000,'expired.mp4','expired.mp4',1000,'cnv_01m8cq31g5wczehcry1m6286ga','q=2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO `conversion` VALUES ('cnv_01m8cq31g6gabz1168dv02h32m','acc_0000000000000000000000000a','queued',0,1,1,1795723200000,1795723200000,4922899200000,'struck.mp4','struck.mp4',1000,'cnv_01m8cq31g6gabz1168dv02h32m','q=2','w',1795723208000,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795723200000);
CREATE TABLE `duty` (
  `name` varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `worker` varchar(200) NOT NULL,
  `held_until` bigint(20) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `gateway_schema` (
  `installed_rank` int(11) NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int(11) DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT current_timestamp(),
  `execution_time` int(11) NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `gateway_schema_s_idx` (`success`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `gateway_schema` VALUES (1,'0','<< Flyway Baseline >>','BASELINE','<< Flyway Baseline >>',NULL,'tapedeck','2026-11-26 22:32:31',0,1);
INSERT INTO `gateway_schema` VALUES (2,'1','','SQL','V1__.sql',-567163169,'tapedeck','2026-11-26 22:32:31',34,1);
INSERT INTO `gateway_schema` VALUES (3,'2','','SQL','V2__.sql',1488884280,'tapedeck','2026-11-26 22:32:31',13,1);
CREATE TABLE `idempotency_key` (
  `account` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `fingerprint` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `conversion` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `holder` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `leased_until` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `answer` text DEFAULT NULL,
  PRIMARY KEY (`account`,`id`),
  KEY `idempotency_key_age` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `invites` (
  `hash` varchar(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `role` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `email` varchar(254) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `ledger_schema` (
  `installed_rank` int(11) NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int(11) DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT current_timestamp(),
  `execution_time` int(11) NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `ledger_schema_s_idx` (`success`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `ledger_schema` VALUES (1,'0','<< Flyway Baseline >>','BASELINE','<< Flyway Baseline >>',NULL,'tapedeck','2026-11-26 22:32:31',0,1);
INSERT INTO `ledger_schema` VALUES (2,'1','','SQL','V1__.sql',-172404797,'tapedeck','2026-11-26 22:32:31',47,1);
INSERT INTO `ledger_schema` VALUES (3,'2','','SQL','V2__.sql',1252496921,'tapedeck','2026-11-26 22:32:31',15,1);
CREATE TABLE `letters` (
  `conversion` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `attempt` int(11) NOT NULL,
  `kind` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tries` int(11) NOT NULL,
  `changed_at` bigint(20) NOT NULL,
  PRIMARY KEY (`conversion`,`attempt`,`kind`),
  KEY `letters_by_state` (`state`,`changed_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `letters` VALUES ('cnv_01m8cq31g2wer99e4jpqnxyq7p',1,'ready','sent',1,1795723200000);
INSERT INTO `letters` VALUES ('cnv_01m8cq31g38t8bz5bhbzak57kt',1,'failed','waiting',2,1795723200000);
CREATE TABLE `notification_schema` (
  `installed_rank` int(11) NOT NULL,
  `version` varchar(50) DEFAULT NULL,
  `description` varchar(200) NOT NULL,
  `type` varchar(20) NOT NULL,
  `script` varchar(1000) NOT NULL,
  `checksum` int(11) DEFAULT NULL,
  `installed_by` varchar(100) NOT NULL,
  `installed_on` timestamp NOT NULL DEFAULT current_timestamp(),
  `execution_time` int(11) NOT NULL,
  `success` tinyint(1) NOT NULL,
  PRIMARY KEY (`installed_rank`),
  KEY `notification_schema_s_idx` (`success`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `notification_schema` VALUES (1,'0','<< Flyway Baseline >>','BASELINE','<< Flyway Baseline >>',NULL,'tapedeck','2026-11-26 22:32:31',0,1);
INSERT INTO `notification_schema` VALUES (2,'1','','SQL','V1__.sql',-488566053,'tapedeck','2026-11-26 22:32:31',13,1);
CREATE TABLE `password_resets` (
  `hash` varchar(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `password_resets_of_account` (`account`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `refresh_tokens` (
  `hash` varchar(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `session` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `replaced_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`hash`),
  KEY `refresh_tokens_of_session` (`session`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `service_keys` (
  `id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `service` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `jwks` varchar(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seen_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `service_keys_by_age` (`seen_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sessions` (
  `id` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `next_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `client` varchar(200) NOT NULL,
  `address` varchar(64) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `used_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `sessions_of_account` (`account`),
  KEY `sessions_by_end` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `signing_keys` (
  `id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `jwk` varchar(1000) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `upload` (
  `id` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `account` varchar(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `length` bigint(20) DEFAULT NULL,
  `received` bigint(20) NOT NULL,
  `name` varchar(300) NOT NULL,
  `options` varchar(300) NOT NULL,
  `metadata` text NOT NULL,
  `checked_from` bigint(20) DEFAULT NULL,
  `expires_at` bigint(20) NOT NULL,
  `finished_at` bigint(20) DEFAULT NULL,
  `cleared` smallint(6) NOT NULL,
  `checked_by` varchar(32) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `upload_open` (`finished_at`,`expires_at`),
  KEY `upload_account` (`account`,`finished_at`,`expires_at`),
  KEY `upload_progress` (`finished_at`,`expires_at`,`length`,`received`),
  KEY `upload_to_clear` (`finished_at`,`cleared`,`expires_at`),
  KEY `upload_by_end` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
