<?php
// Another database than the site's is named by BENCH_DB. The socket is beside this folder.
define('DB_NAME', getenv('BENCH_DB') ?: 'site');
define('DB_USER', '@USER@');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . dirname(__DIR__) . '/database.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', "bench-only-$name-key");
    define($name . '_SALT', "bench-only-$name-salt");
}
$table_prefix = 'wp_';
define('WP_DEBUG', false);
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_POST_REVISIONS', false);
$host = $_SERVER['HTTP_HOST'] ?? '127.0.0.1:@PORT@';
define('WP_HOME', "http://$host");
define('WP_SITEURL', "http://$host");
define('COOKIEHASH', 'bench');
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
