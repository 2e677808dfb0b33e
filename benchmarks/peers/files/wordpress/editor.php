<?php
// Print the cookie of a signed-in administrator.
require getenv('WP_ROOT') . '/wp-load.php';
echo LOGGED_IN_COOKIE, '=', rawurlencode(wp_generate_auth_cookie(1, time() + 86400, 'logged_in'));
