<?php
// php import.php FILE: import an export of WordPress into the database BENCH_DB.
// WXR_PLUGIN names the folder of the plugin wordpress-importer. Without it, the steps of that plugin are
// taken here with the functions that it calls for each comment.
define('WP_LOAD_IMPORTERS', true);
require getenv('WP_ROOT') . '/wp-load.php';
foreach (['admin', 'import', 'post', 'taxonomy', 'comment'] as $part) {
    require_once ABSPATH . "wp-admin/includes/$part.php";
}
wp_set_current_user(1);
if (getenv('WXR_PLUGIN')) {
    require_once getenv('WXR_PLUGIN') . '/wordpress-importer.php';
    if (!class_exists('WP_Import')) wordpress_importer_init();
    $importer = new WP_Import();
    $importer->fetch_attachments = false;
    ob_start();
    $importer->import($argv[1]);
    ob_end_clean();
    exit;
}
wp_defer_term_counting(true);
wp_defer_comment_counting(true);
wp_suspend_cache_invalidation(true);
$names = simplexml_load_file($argv[1])->getDocNamespaces();
foreach (simplexml_load_file($argv[1])->channel->item as $item) {
    $wp = $item->children($names['wp']);
    $date = (string) $wp->post_date;
    if (post_exists((string) $item->title, '', $date)) continue;
    $post = wp_insert_post(wp_slash(['post_title' => (string) $item->title,
        'post_name' => (string) $wp->post_name, 'post_date' => $date, 'post_date_gmt' => $date,
        'post_content' => (string) $item->children($names['content'])->encoded,
        'post_status' => 'publish', 'comment_status' => 'open']));
    $stored = [];
    foreach ($wp->comment as $comment) {
        $row = [];
        foreach ($comment as $name => $value) $row[$name] = (string) $value;
        if (comment_exists($row['comment_author'], $row['comment_date'])) continue;
        $row['comment_post_ID'] = $post;
        $row['comment_parent'] = $stored[$row['comment_parent']] ?? 0;
        $row = wp_filter_comment(wp_slash($row + ['user_id' => 0, 'comment_agent' => '']));
        $stored[$row['comment_id']] = wp_insert_comment($row);
    }
}
wp_suspend_cache_invalidation(false);
wp_defer_term_counting(false);
wp_defer_comment_counting(false);
