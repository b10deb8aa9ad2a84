/* The table of subcommands, and what prints it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "report.h"

#define SANITIZE_OPTIONS_JA                                                                                                     \
	"  -l, --level rebuild|image|text  構造再構成（既定）、画像化（PDF になる）、テキスト化\n"                              \
	"      --dpi N               画像化の解像度（既定 150、36〜600）\n"                                                     \
	"      --quality N           画像化の画質（1〜100、既定 70）\n"                                                         \
	"  -j, --jobs N              同時に処理する数（既定 1、最大 64）\n"                                                     \
	"      --seconds N           1 ファイルの制限時間（既定 120 秒、画像化は 1800 秒）\n"                                                     \
	"      --password-file FILE  パスワードの候補（1 行に 1 件、UTF-8）。引数や環境変数では渡せません\n"                                \
	"      --password-fd N       同じものをファイル記述子 N から読む\n"                                                             \
	"      --json                報告を 1 ファイル 1 行の JSON で出力\n"                                                    \
	"      --lang ja|en          報告の言語（既定は環境変数から）\n"                                                        \
	"  -q, --quiet               遮断されたファイルだけを報告\n"                                                            \
	"  -h, --help                この説明\n\n"                                                                              \
	"終了コード: 0 すべて無害化済みまたは変更なし、3 遮断あり、2 使い方の誤り、1 この機械の障害\n"
#define SANITIZE_OPTIONS_EN                                                                                                     \
	"  -l, --level rebuild|image|text  rebuild the structure (default), pictures of pages (a PDF), or text alone\n"          \
	"      --dpi N               resolution at level image (default 150, 36 to 600)\n"                                       \
	"      --quality N           quality of pictures at level image (1 to 100, default 70)\n"                                \
	"  -j, --jobs N              so many files at once (default 1, at most 64)\n"                                           \
	"      --seconds N           time for one file (default 120, at level image 1800)\n"                                                         \
	"      --password-file FILE  candidate passwords, one a line, UTF-8; never as an argument or in the environment\n"              \
	"      --password-fd N       the same from descriptor N\n"                                                                      \
	"      --json                the report as JSON, one line a file\n"                                                     \
	"      --lang ja|en          language of the report (default: from the environment)\n"                                  \
	"  -q, --quiet               report blocked files only\n"                                                               \
	"  -h, --help                this text\n\n"                                                                             \
	"Exit codes: 0 all clean or sanitized, 3 something blocked, 2 wrong usage, 1 this machine failed\n"

#define POLICY_USAGE_JA                                                                                                         \
	"使い方: sekisho policy check [--date 日付] 方針\n"                                                                     \
	"        sekisho policy format [--whole] 方針\n"                                                                        \
	"        sekisho policy explain 方針 --from 領域 --to 領域 --as 役割 --confidentiality 区分 [オプション] [ファイル]\n"  \
	"        sekisho policy diff [--date 日付] 古い方針 新しい方針\n\n"                                                     \
	"check は誤りを行と位置で示します。format は正しい書き方に整えて標準出力に書きます。explain は、\n"                     \
	"その人がそのファイルを送れるか、どの行がそう言うかを答えます。diff は、新たに通るものと通らなくなるものを\n"           \
	"言葉で示します。書き方は sekisho-policy(5) にあります。\n\n"                                                          \
	"      --whole               読み込むファイルをその場所に入れて書く（SHA-256 が方針の版になる）\n"                      \
	"      --from 領域           送り元\n"                                                                                  \
	"      --to 領域             送り先\n"                                                                                  \
	"      --as 役割             どの役割で依頼するか（兼ねる人は「,」で区切って並べる）\n"                                \
	"      --channel 経路        ファイル（既定）、メール、画面\n"                                                          \
	"      --kind 形式           ファイルを示さないとき、または拡張子と違うとき\n"                                          \
	"      --size 大きさ         50MB のように。ファイルを示せばその大きさ\n"                                               \
	"      --confidentiality 区分  機密性の区分\n"                                                                          \
	"      --integrity 区分      完全性の区分（既定は最も低いもの）\n"                                                      \
	"      --availability 区分   可用性の区分（既定は最も低いもの）\n"                                                      \
	"      --date 日付           いつのことか（既定は今日）。diff ではこの日から先を比べる\n"                               \
	"      --json                explain の答えを 1 行の JSON で出力\n"                                                      \
	"      --lang ja|en          言語（既定は環境変数から）\n"                                                              \
	"  -h, --help                この説明\n\n"                                                                              \
	"終了コード: 0 誤りがない・通せる・違いがない、3 誤りがある・通せない・違いがある、2 使い方の誤り、1 この機械の障害\n"
#define POLICY_USAGE_EN                                                                                                         \
	"usage: sekisho policy check [--date DATE] POLICY\n"                                                                    \
	"       sekisho policy format [--whole] POLICY\n"                                                                       \
	"       sekisho policy explain POLICY --from ZONE --to ZONE --as ROLE --confidentiality CLASS [options] [FILE]\n"       \
	"       sekisho policy diff [--date DATE] OLD NEW\n\n"                                                                  \
	"check tells errors with their line and place. format writes the canonical text to standard output.\n"                  \
	"explain answers whether this person may send this file there, and which line says so. diff says in words\n"            \
	"what the new policy lets through that the old one did not, and the reverse. The language: sekisho-policy(5).\n\n"      \
	"      --whole               with included files in their places (its SHA-256 is the policy's version)\n"               \
	"      --from ZONE           where it comes from\n"                                                                     \
	"      --to ZONE             where it goes\n"                                                                           \
	"      --as ROLE             the role in which the person asks; several with commas between\n"                           \
	"      --channel CHANNEL     file (default), mail, screen\n"                                                            \
	"      --kind KIND           without a FILE, or when its extension says something else\n"                               \
	"      --size SIZE           as 50MB; with a FILE, its size\n"                                                          \
	"      --confidentiality CLASS  class of confidentiality\n"                                                             \
	"      --integrity CLASS     class of integrity (default: the lowest)\n"                                                \
	"      --availability CLASS  class of availability (default: the lowest)\n"                                             \
	"      --date DATE           on which day (default: today); diff compares from this day on\n"                           \
	"      --json                what explain answers, as one line of JSON\n"                                               \
	"      --lang ja|en          language (default: from the environment)\n"                                                \
	"  -h, --help                this text\n\n"                                                                             \
	"Exit codes: 0 no error, permitted, no difference, 3 errors, refused, a difference, 2 wrong usage, 1 this machine failed\n"

const struct command commands[] = {
	{"sanitize", command_sanitize, "ファイルを無害化する", "sanitize files",
	 "使い方: sekisho sanitize [オプション] パス…\n\n"
	 "ファイルまたはフォルダーを読み、作り直したファイルを出力先に書きます。元のファイルは変更しません。\n"
	 "「-」は標準入力を読み、標準出力に書きます。\n\n"
	 "  -o, --output 出力先       フォルダー（既定 ./sanitized）。入力が 1 ファイルなら拡張子付きのファイル名も可\n" SANITIZE_OPTIONS_JA,
	 "usage: sekisho sanitize [options] PATH...\n\n"
	 "Reads files or folders and writes rebuilt files. The originals are not touched.\n"
	 "\"-\" reads standard input and writes standard output.\n\n"
	 "  -o, --output OUT          folder (default ./sanitized); for one input also a file name with its extension\n" SANITIZE_OPTIONS_EN},
	{"inspect", command_inspect, "検出事項だけを報告する（何も書かない）", "report findings, write nothing",
	 "使い方: sekisho inspect [オプション] パス…\n\n"
	 "無害化と同じ処理をして検出事項だけを報告します。ファイルは書きません。\n\n" SANITIZE_OPTIONS_JA,
	 "usage: sekisho inspect [options] PATH...\n\n"
	 "Does what sanitize does and reports the findings alone; writes nothing.\n\n" SANITIZE_OPTIONS_EN},
	{"preview", command_preview, "前後のページを絵で見比べる", "show pages before and after",
	 "使い方: sekisho preview [オプション] -o フォルダー ファイル\n\n"
	 "ファイルを無害化し、元のページと作り直したページを絵にして、違いに印を付けて並べます。フォルダーの index.html を\n"
	 "ブラウザーで開いてください。作り直したファイル自体は書きません。\n\n"
	 "  -o, --output フォルダー   書き込み先（新しいか空であること）\n"
	 "      --force               前のプレビューを置き換える\n"
	 "  -l, --level rebuild|image|text  構造再構成（既定）、画像化、テキスト化\n"
	 "  -p, --pages 1-20          見るページ（既定はすべて）\n"
	 "  -r, --resolution N        絵の解像度（既定 96、画像化は 150、36〜300 dpi）\n"
	 "      --seconds N           それぞれの処理の制限時間\n"
	 "      --json                報告を 1 行の JSON で出力（preview.json と同じ内容）\n"
	 "      --lang ja|en          言語（既定は環境変数から）\n"
	 "  -q, --quiet               遮断されたときだけ報告\n"
	 "  -h, --help                この説明\n\n"
	 "終了コード: 0 無害化済みまたは変更なし、3 遮断、2 使い方の誤り、1 この機械の障害\n",
	 "usage: sekisho preview [options] -o FOLDER FILE\n\n"
	 "Sanitizes the file and draws pages of the original and of the result, side by side, with what differs marked.\n"
	 "Open index.html of the folder in a browser. The rebuilt file itself is not written.\n\n"
	 "  -o, --output FOLDER       where to write (new or empty)\n"
	 "      --force               replace an earlier preview\n"
	 "  -l, --level rebuild|image|text  rebuild the structure (default), pictures of pages, or text alone\n"
	 "  -p, --pages 1-20          pages to show (default: all)\n"
	 "  -r, --resolution N        of the pictures (default 96, at level image 150; 36 to 300 dpi)\n"
	 "      --seconds N           time for each step\n"
	 "      --json                the report as one line of JSON (what preview.json holds)\n"
	 "      --lang ja|en          language (default: from the environment)\n"
	 "  -q, --quiet               report only when it is blocked\n"
	 "  -h, --help                this text\n\n"
	 "Exit codes: 0 clean or sanitized, 3 blocked, 2 wrong usage, 1 this machine failed\n"},
	{"formats", command_formats, "扱える形式の一覧", "list the kinds of files",
	 "使い方: sekisho formats [--json] [--lang ja|en]\n", "usage: sekisho formats [--json] [--lang ja|en]\n"},
	{"policy", command_policy, "方針を確かめる・整える・説明する・比べる", "check, format, explain, compare policies", POLICY_USAGE_JA, POLICY_USAGE_EN},
	{"sandbox-check", command_sandbox_check, "この機械で使える保護を調べる", "tell what this host gives to the sandbox",
	 "使い方: sekisho sandbox-check [--lang ja|en]\n\n終了コード: 0 必須の保護はすべてある、1 足りない\n",
	 "usage: sekisho sandbox-check [--lang ja|en]\n\nExit codes: 0 everything required is there, 1 something is missing\n"},
	{"version", command_version, "版を表示する", "print the version", "使い方: sekisho version\n", "usage: sekisho version\n"},
	{"help", command_help, "説明を表示する", "explain a command", "使い方: sekisho help [コマンド]\n", "usage: sekisho help [command]\n"},
};
const size_t command_count = sizeof commands / sizeof commands[0];

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int command_usage(const char *name)
{
	const struct command *command = command_find(name);

	sk_assert(command != NULL);
	fputs(say(command->usage_ja, command->usage_en), stdout);
	return EXIT_GOOD;
}

static int point_to_help(const char *name)
{
	fprintf(stderr, say("使い方は sekisho help%s%s で見られます。\n", "See: sekisho help%s%s\n"), name != NULL ? " " : "", name != NULL ? name : "");
	return EXIT_USAGE;
}

int command_misused(const char *name, const char *argument)
{
	fprintf(stderr, "sekisho: ");
	if (argument != NULL) {
		fputs(say("「", "'"), stderr);
		report_name(stderr, argument);
		fputs(say("」は分かりません。", "' is not understood. "), stderr);
	} else {
		fputs(say("ファイルかフォルダーを指定してください。", "name a file or a folder. "), stderr);
	}
	return point_to_help(name);
}

int command_incomplete(const char *name, const char *option)
{
	fputs(say("sekisho: 「", "sekisho: '"), stderr);
	report_name(stderr, option);
	fputs(say("」には値が必要です。", "' needs a value. "), stderr);
	return point_to_help(name);
}

int command_help(int argc, char **argv)
{
	if (argc > 1 && argv[1][0] != '-') {
		if (command_find(argv[1]) == NULL)
			return command_misused(NULL, argv[1]);
		return command_usage(argv[1]);
	}
	puts(say("使い方: sekisho コマンド [オプション] …\n", "usage: sekisho COMMAND [options] ...\n"));
	for (size_t i = 0; i < command_count; i++)
		printf("  %-14s %s\n", commands[i].name, say(commands[i].ja, commands[i].en));
	puts(say("\n各コマンドの説明: sekisho help コマンド", "\nsekisho help COMMAND explains one."));
	return EXIT_GOOD;
}

int command_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("sekisho " SEKISHO_VERSION);
	return EXIT_GOOD;
}

/* ---- language ---- */

static bool japanese;

bool language_japanese(void)
{
	return japanese;
}

bool language_set(const char *name)
{
	japanese = strcmp(name, "ja") == 0;
	return japanese || strcmp(name, "en") == 0;
}

void language_init(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);
		if (value != NULL && value[0] != '\0') {
			japanese = strncmp(value, "ja", 2) == 0;
			return;
		}
	}
}
