<?php
// php load.php DATA.json: store authors, articles and comments as fast as WordPress can.
require getenv('WP_ROOT') . '/wp-load.php';
$data = json_decode(file_get_contents($argv[1]), true);
wp_defer_comment_counting(true);
wp_defer_term_counting(true);
wp_suspend_cache_addition(true);
kses_remove_filters();
$users = [];
foreach ($data['authors'] as $index => $name) {
    $users[] = wp_insert_user(['user_login' => "author-$index", 'user_pass' => 'x', 'display_name' => $name,
        'user_email' => "author$index@example.org", 'role' => 'author']);
}
$wpdb->query('SET autocommit=0');
foreach ($data['articles'] as $article) {
    $date = str_replace('T', ' ', $article['published']);
    $post = wp_insert_post(['post_title' => $article['title'], 'post_name' => $article['slug'],
        'post_content' => implode("\n\n", $article['paragraphs']), 'post_status' => 'publish',
        'post_author' => $users[$article['author']], 'post_date' => $date, 'post_date_gmt' => $date,
        'comment_status' => 'open']);
    $stored = [];
    foreach ($article['comments'] as $comment) {
        $date = str_replace('T', ' ', $comment['created']);
        $stored[$comment['number']] = wp_insert_comment(['comment_post_ID' => $post,
            'comment_author' => $comment['name'], 'comment_author_email' => $comment['email'],
            'comment_author_IP' => '192.0.2.7', 'comment_date' => $date, 'comment_date_gmt' => $date,
            'comment_content' => $comment['text'], 'comment_approved' => 1,
            'comment_parent' => $comment['parent'] ? $stored[$comment['parent']] : 0]);
    }
    $wpdb->query('COMMIT');
}
wp_defer_comment_counting(false);
wp_defer_term_counting(false);
$wpdb->query('COMMIT');
