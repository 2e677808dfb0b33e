<?php
// Install WordPress into the database BENCH_DB: threads of five levels, comments are moderated.
define('WP_INSTALLING', true);
require getenv('WP_ROOT') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
if (!is_blog_installed()) wp_install('Bench', 'admin', 'admin@example.org', true, '', 'bench-admin');
$options = [
    'permalink_structure' => '/%postname%/', 'thread_comments' => '1', 'thread_comments_depth' => '5',
    'page_comments' => '0', 'comment_moderation' => '1', 'comment_previously_approved' => '0',
    'moderation_notify' => '0', 'comments_notify' => '0', 'show_avatars' => '1', 'posts_per_page' => '10',
    'default_pingback_flag' => '0', 'default_ping_status' => 'closed', 'template' => 'twentytwentyone',
    'stylesheet' => 'twentytwentyone', 'rss_use_excerpt' => '0', 'close_comments_for_old_posts' => '0',
];
foreach ($options as $name => $value) update_option($name, $value);
delete_option('rewrite_rules');
foreach (get_posts(['post_type' => ['post', 'page'], 'numberposts' => -1, 'post_status' => 'any']) as $post) {
    if ((int) $post->ID <= 3) wp_delete_post($post->ID, true);
}
