/* Which URLs stay and which go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "neutral/grammar.h"

static void expect(const char *url, bool allowed)
{
	if (url_allowed(sk_bytes_str(url)) != allowed)
		fail_msg("%s must be %s", url, allowed ? "allowed" : "refused");
}

static void allows_what_documents_link_to(void **state)
{
	static const char *const urls[] = {
		"http://example.jp", "https://example.jp/", "HTTPS://EXAMPLE.JP/a?b=c#d", "https://www.example.co.jp:8443/表/一覧.html?q=%E3%81%82&r=1#節",
		"http://192.0.2.1/", "http://[2001:db8::1]:8080/x", "https://総務省.jp/", "https://münchen.example/", "https://пример.example/",
		"https://example.jp/it's(a)path;b,c!d$e~f|g{h}[i]", "mailto:a.b+c@example.jp", "mailto:窓口@example.jp?subject=お問い合わせ&body=一行%0D%0A二行&cc=x@example.jp",
		"mailto:?subject=x", "#", "#Sheet2!A1", "#'売上 表'!A1:B2", "#_Toc123456", "https://example.jp/@user", "https://example.jp?x=a@b",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(urls); i++)
		expect(urls[i], true);
}

static void refuses_other_schemes(void **state)
{
	static const char *const urls[] = {
		"", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "file:///c:/windows/system32/calc.exe", "file://server/share/x",
		"data:text/html,x", "ftp://example.jp/", "ldap://example.jp/", "ms-msdt:/id", "ms-officecmd:{}", "ms-excel:ofe|u|http://x/", "ms-word:nft|u|x",
		"search-ms:query=x", "mhtml:http://x!y", "mk:@MSITStore:x", "res://x", "about:blank", "blob:x", "shell:startup", "tel:+81", "cid:x",
		"\\\\server\\share", "//server/share", "C:\\x.exe", "../x.docx", "x.docx", "/etc/passwd", "www.example.jp", "http", "http:", "https:/x", "ht\ttp://x",
		" http://example.jp", "view-source:http://x", "jar:http://x!/", "vnd.sun.star.script:x", "macro:x", "onenote:x", "news:x",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(urls); i++)
		expect(urls[i], false);
}

static void refuses_disguises(void **state)
{
	static const char *const urls[] = {
		"http://", "https:///path", "https://?q", "https://bank.example@evil.example/", "https://user:password@evil.example/", "https://evil.example\\@bank.example/",
		"https://bank.example\xEF\xBC\x8F.evil.example/",     /* full-width slash */
		"https://bank\xE3\x80\x82" "example/",                /* ideographic full stop */
		"https://bank\xE2\x81\x84" "example.evil.example/",   /* fraction slash */
		"https://example.jp/\xE2\x80\xAE" "gpj.exe",          /* right-to-left override */
		"https://example.jp/\xE2\x80\x8B",                    /* zero-width space */
		"https://example.jp/\xC2\xA0x", "https://example.jp/\xE3\x80\x80x", "https://example.jp/a b", "https://example.jp/\"onclick=", "https://example.jp/<x>",
		"https://example.jp/\x01", "https://example.jp/\x7F", "https://example.jp/a\nb", "https://exa%6Dple.jp/", "https://exa mple.jp/", "https://example.jp:port/",
		"https://example.jp:123456/", "http://[::1", "http://[x]/", "https://example.jp/\xFF", "mailto:a@b\nBcc: c@d", "mailto:a@b%0ABcc:c@d",
		"mailto:a@b?attach=/etc/passwd", "mailto:a@b?attachment=x", "mailto:a@b?subject=x%0d%0aBcc:y", "mailto:a@b?subject=x&x-y=z", "mailto:a@b?subject",
		"#[Book2.xlsx]Sheet1!A1", "#cmd|'/c calc'!A0", "#\\\\server\\share", "#a\"b",
	};
	(void)state;
	for (size_t i = 0; i < SK_COUNT(urls); i++)
		expect(urls[i], false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_what_documents_link_to),
		cmocka_unit_test(refuses_other_schemes),
		cmocka_unit_test(refuses_disguises),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
