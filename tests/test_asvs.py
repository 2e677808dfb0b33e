"""The lines of OWASP ASVS 5.0, levels 1 and 2, that apply to this site, and the tests that show them.

A line without tests is in NOT_MET, and docs/security.md says why.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.test_house import ASSETS, ROOT

SHOWN: dict[str, str] = {
    # Input and output
    "1.1.1 decode once": "test_settings::test_a_form_in_another_charset_is_415 test_settings::test_a_nul_in_the_path_is_400",
    "1.1.2 encode last": "test_trusted::test_only_one_module_marks_html_as_safe",
    "1.2.1 encode for the context": "admin/test_queue::test_hostile_text_and_names_are_escaped text/test_markup::test_a_url_cannot_break_out_of_its_attribute syndication/test_feeds::test_characters_forbidden_in_xml_are_dropped_and_markup_is_escaped",
    "1.2.2 safe URL schemes": "text/test_markup::test_links_in_comments_are_plain_web_addresses",
    "1.2.3 JSON in pages": "browser/test_machines::test_structured_data_does_not_violate_the_policy",
    "1.2.4 parameterised queries": "test_house::test_dangerous_constructs_are_used_only_in_guarded_modules search/test_search::test_hostile_queries_are_answered",
    "1.2.9 escape in regular expressions": "search/test_search::test_hostile_queries_are_answered management/test_export_redirects::test_hostile_urls_stay_one_pattern_of_apache",
    "1.2.10 formulas in CSV": "admin/test_audit::test_any_filter_is_downloaded_as_csv_and_json",
    "1.3.1 known sanitiser": "text/test_markup::test_nothing_executable_remains text/test_markup::test_sanitising_again_changes_nothing",
    "1.3.2 no dynamic code": "test_asvs::test_no_text_is_run_as_code",
    "1.3.5 markup languages": "text/test_markup::test_markup_is_rendered_as_expected text/test_markup::test_attributes_are_removed",
    "1.3.6 no requests to private addresses": "notifications/test_webhooks::test_a_name_that_resolves_to_a_private_address_is_not_contacted notifications/test_webhooks::test_the_connection_goes_to_the_address_that_was_checked",
    "1.3.7 no templates from input": "test_asvs::test_no_text_is_run_as_code",
    "1.3.11 no injection into e-mails": "notifications/test_worker::test_a_line_break_in_a_subject_adds_no_header",
    "1.5.1 XML without DTD": "importing/test_exports::test_a_doctype_is_refused_with_its_line",
    # Logic
    "2.1.1 limits are written down": "test_docs::test_every_setting_is_documented",
    "2.2.1 allow-lists": "admin/test_queue::test_a_value_that_no_button_sends_is_refused reading/test_parameters::test_only_ascii_digits_are_a_number",
    "2.2.2 checked by the server": "posting/test_respond::test_errors_are_shown_at_their_fields_and_everything_typed_is_kept",
    "2.2.3 values fit together": "posting/test_respond::test_an_unpublished_comment_accepts_no_replies posting/test_respond::test_a_thread_closed_meanwhile_refuses_with_the_text_kept",
    "2.3.1 no step is skipped": "test_house::test_only_discussions_writes_status_and_closures_and_only_its_tree_writes_structure",
    "2.3.2 limits are enforced": "faults/test_races::test_the_limit_of_one_network_holds faults/test_races::test_the_limit_of_the_queue_holds",
    "2.3.3 one transaction": "notifications/test_worker::test_a_message_is_queued_only_if_its_transaction_commits",
    "2.3.4 locks": "faults/test_races::test_eight_editors_on_one_comment_make_one_decision faults/test_races::test_eight_identical_posts_at_once_are_one_comment",
    "2.4.1 against automation": "posting/test_respond::test_a_bot_gets_the_usual_response_and_nothing_is_stored posting/test_respond::test_the_sixth_comment_within_a_minute_is_refused_with_its_text_kept",
    # Browser
    "3.2.1 files are not run as pages": "media/test_store::test_a_copy_is_cached_for_a_year_and_served_only_as_a_picture admin/test_saved_pages::test_the_document_is_sandboxed_and_framed_only_by_this_site",
    "3.2.2 scripts insert text": "test_asvs::test_our_scripts_insert_text_only",
    "3.3.1 cookies: Secure and __Host-": "test_settings::test_the_defaults_are_those_of_production",
    "3.3.2 cookies: SameSite": "discussions/test_identity::test_the_cookie_lasts_a_year_and_is_hidden_from_scripts_and_other_sites",
    "3.3.4 cookies: HttpOnly": "discussions/test_identity::test_the_cookie_lasts_a_year_and_is_hidden_from_scripts_and_other_sites",
    "3.4.1 HSTS": "test_run::test_it_serves_behind_a_proxy_and_stops_on_request test_settings::test_hsts_for_subdomains_and_preloading_can_be_disabled",
    "3.4.2 CORS only for the public API": "api/test_api::test_the_response_is_the_same_for_everyone_and_supports_304",
    "3.4.3 Content-Security-Policy": "test_settings::test_every_page_has_the_security_headers",
    "3.4.4 nosniff": "test_settings::test_every_page_has_the_security_headers",
    "3.4.5 Referrer-Policy": "test_settings::test_the_admin_sends_no_referrer_to_other_sites",
    "3.4.6 no framing": "test_settings::test_every_page_has_the_security_headers",
    "3.5.1 CSRF": "admin/test_queue::test_a_post_from_another_site_is_refused posting/test_report::test_a_token_is_required_and_other_methods_are_refused",
    "3.5.3 no change by GET": "posting/test_withdraw::test_get_asks_for_confirmation_and_changes_nothing admin/test_actions::test_other_methods_are_refused",
    "3.7.2 no redirect to other sites": "posting/test_respond::test_nobody_is_redirected_to_another_site test_settings::test_signing_in_with_a_foreign_next_redirects_to_the_admin",
    # HTTP and files
    "4.1.1 type and charset": "test_settings::test_every_page_has_the_security_headers",
    "4.1.3 headers of proxies": "deploy/test_nginx::test_no_client_can_forge_what_the_proxy_says discussions/test_identity::test_the_address_is_the_one_seen_by_the_outermost_trusted_proxy",
    "4.2.1 no request smuggling": "test_run::test_an_ambiguous_request_is_not_two_requests",
    "5.2.1 size of files": "importing/test_source::test_a_file_over_the_limit_is_refused deploy/test_nginx::test_bodies_are_limited",
    "5.2.2 type of files": "media/test_pictures::test_an_unsafe_picture_is_refused",
    "5.2.3 unpacked size": "importing/test_packed::test_a_bomb_is_refused importing/test_packed::test_too_many_files_are_refused",
    "5.3.2 no path from input": "importing/test_packed::test_paths_outside_are_never_written media/test_store::test_other_names_are_not_found",
    "5.4.1 names of downloads": "admin/test_audit::test_any_filter_is_downloaded_as_csv_and_json",
    # Authentication
    "6.1.1 throttling is documented": "test_docs::test_each_page_is_reachable_from_the_readme",
    "6.2.1 length of passwords": "accounts/test_passwords::test_a_password_that_is_easy_to_guess_is_refused",
    "6.2.4 common passwords": "accounts/test_passwords::test_a_password_that_is_easy_to_guess_is_refused",
    "6.2.5 no composition rules": "accounts/test_passwords::test_a_long_random_password_is_accepted",
    "6.2.9 long passwords": "accounts/test_passwords::test_a_password_of_a_thousand_characters_is_accepted_whole",
    "6.3.1 brute force": "accounts/test_sign_in::test_after_five_wrong_passwords_the_right_one_is_refused accounts/test_sign_in::test_a_refused_attempt_hashes_no_password accounts/test_sign_in::test_simultaneous_attempts_are_limited",
    "6.3.2 no default accounts": "management/test_create_demo_editor::test_a_second_run_changes_and_reveals_nothing accounts/test_second_factor::test_nobody_can_sign_up",
    "6.3.3 second factor of staff": "accounts/test_second_factor::test_a_password_alone_signs_nobody_in",
    "6.4.3 reset keeps the second factor": "accounts/test_resetting::test_it_does_not_replace_the_second_factor",
    "6.5.1 codes work once": "accounts/test_second_factor::test_a_code_is_accepted_once accounts/test_second_factor::test_each_signs_in_once",
    "6.5.5 codes expire": "accounts/test_second_factor::test_a_clock_may_be_half_a_minute_wrong accounts/test_second_factor::test_the_second_step_expires",
    # Sessions
    "7.2.3 random sessions": "accounts/test_sessions::test_an_expired_session_does_not_come_back",
    "7.2.4 new session at sign-in": "accounts/test_sessions::test_signing_in_begins_a_new_session",
    "7.3.1 idle time": "accounts/test_sessions::test_a_session_ends_after_two_hours_without_a_request",
    "7.3.2 whole time": "accounts/test_sessions::test_a_session_ends_twelve_hours_after_signing_in",
    "7.4.1 signing out": "accounts/test_sessions::test_signing_out_ends_the_session_for_good",
    "7.4.2 disabled accounts": "accounts/test_sessions::test_a_disabled_account_is_signed_out",
    "7.4.3 new password": "accounts/test_own_sessions::test_sessions_that_a_new_password_ended_are_not_listed",
    "7.4.5 ending all sessions": "accounts/test_own_sessions::test_all_others_are_signed_out_at_once accounts/test_inviting::test_they_change_roles_and_disable_accounts",
    # Authorisation
    "8.1.1 roles are written down": "accounts/test_inviting::test_each_role_is_given_instead_of_another",
    "8.2.1 functions": "admin/test_actions::test_without_the_permission_every_action_is_forbidden admin/test_audit::test_access_to_pages_and_actions_by_account",
    "8.2.2 objects": "posting/test_edit::test_for_everyone_else_the_page_is_a_404 test_canaries::test_no_response_contains_a_secret",
    "8.2.3 fields": "admin/test_comments::test_only_editors_see_the_commenters_email",
    "8.3.1 in the service layer": "test_house::test_only_discussions_writes_status_and_closures_and_only_its_tree_writes_structure",
    # Cryptography, configuration, data
    "11.4.2 password hashing": "test_settings::test_passwords_are_hashed_with_scrypt accounts/test_passwords::test_an_older_hash_is_replaced_at_sign_in",
    "11.5.1 random numbers": "test_asvs::test_secrets_come_from_the_operating_system",
    "12.2.1 TLS": "deploy/test_nginx::test_old_versions_of_tls_are_refused deploy/test_nginx::test_plain_http_is_redirected",
    "13.3.1 secrets": "test_settings::test_the_site_does_not_start_without_a_required_setting test_settings::test_an_invalid_setting_is_one_line_that_names_it",
    "13.4.1 only public files": "deploy/test_nginx::test_other_files_of_the_site_are_not_served",
    "13.4.2 no debug mode": "test_settings::test_the_defaults_are_those_of_production",
    "13.4.4 no TRACE": "test_settings::test_unsupported_methods_are_405",
    "14.2.1 nothing secret in logged URLs": "test_logs::test_a_path_that_may_contain_a_token_or_a_name_is_not_logged deploy/test_nginx::test_the_log_has_no_addresses_searches_or_secret_links",
    "14.2.2 private pages are not stored": "posting/test_respond::test_a_page_for_a_commenter_is_not_cached deploy/test_nginx::test_a_page_for_one_person_is_never_stored",
    "14.3.2 no-store for staff": "accounts/test_second_factor::test_the_pages_are_stored_by_nobody_and_loaded_from_here_only admin/test_queue::test_the_page_is_not_cached",
    "15.1.3 expensive functions": "reading/test_costs::test_every_page_takes_the_same_number_of_queries_for_300_comments_as_for_3",
    "15.2.2 expensive functions are bounded": "test_database_limits::test_a_slow_query_is_aborted text/test_link_costs::test_twice_the_text_takes_at_most_about_twice_the_calls",
    "15.3.1 only needed fields": "api/test_api::test_the_schemas_allow_no_other_fields",
    "15.3.3 mass assignment": "posting/test_respond::test_additional_fields_change_nothing posting/test_edit::test_additional_fields_change_nothing",
    "15.3.4 address of the client": "discussions/test_identity::test_the_address_is_the_one_seen_by_the_outermost_trusted_proxy",
    "15.3.7 repeated parameters": "test_canaries::test_parameters_are_those_that_views_look_up",
    # Logs and errors
    "16.2.1 who, when, what": "test_logs::test_a_request_is_one_record test_logs::test_an_account_is_logged_by_its_key",
    "16.2.5 no secrets or personal data": "test_logs::test_the_client_is_logged_as_the_hash_of_its_network test_logs::test_values_of_a_failed_statement_are_left_out",
    "16.3.1 sign-ins are logged": "test_logs::test_sign_ins_are_logged",
    "16.3.2 refusals are logged": "test_logs::test_a_missing_permission_is_logged_with_the_account test_logs::test_a_refused_form_says_why",
    "16.4.1 no log injection": "test_logs::test_no_value_of_a_request_adds_a_record",
    "16.5.1 general errors": "test_logs::test_error_pages_show_the_id resilience/test_outages::test_a_bug_is_still_a_500",
    "16.5.2 works without a part": "faults/test_parts::test_the_site_works_without_redis faults/test_parts::test_cached_pages_are_served_while_postgresql_is_down",
    "16.5.3 fails closed": "resilience/test_outages::test_a_comment_to_a_locked_article_is_kept_and_accepted_when_sent_again",
}  # fmt: skip
NOT_MET = {"1.5.2", "13.2.2", "15.1.1", "15.1.2", "15.2.1"}


@cache
def names_in(path: Path) -> set[str]:
    return {n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize("line", SHOWN)
def test_each_line_names_tests_that_exist(line):
    assert SHOWN[line].split()
    for node in SHOWN[line].split():
        file, name = node.split("::")
        assert name in names_in(ROOT / "tests" / f"{file}.py"), node


def test_what_is_not_met_is_documented():
    text = (ROOT / "docs/security.md").read_text().partition("## Not met")[2]
    assert set(re.findall(r"ASVS ((?:\d+\.){2}\d+)", text)) == NOT_MET
    assert not NOT_MET & {line.split()[0] for line in SHOWN}


# --- rules about the source code

SOURCES = [path for room in ("commentary", "config") for path in (ROOT / room).rglob("*.py")]


def calls(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
    return found


def test_no_text_is_run_as_code():
    forbidden = {"eval", "exec", "compile", "Template", "Engine", "os.system", "yaml.unsafe_load"}
    for path in SOURCES:
        assert not calls(path) & forbidden, path


def test_secrets_come_from_the_operating_system():
    for path in SOURCES:
        drawn = {name for name in calls(path) if name.startswith("random.")}
        assert not drawn, f"{path}: use the module secrets"


def test_our_scripts_insert_text_only():
    scripts = [path for path in ASSETS if path.suffix == ".js"]
    assert len(scripts) > 3
    for path in scripts:
        found = re.search(
            r"\.(inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function",
            path.read_text(),
        )
        assert not found, f"{path}: {found and found.group()}"
