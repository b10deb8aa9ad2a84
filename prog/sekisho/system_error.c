/* Errors of the system in words: in Japanese what people meet with files and machines; English and all others come from the C library. */
#include <errno.h>
#include <string.h>

#include "command.h"

static const struct {
	int error;
	const char *ja;
} sentences[] = {
	{EACCES, "権限がありません"},
	{EAGAIN, "いまは資源が足りません"},
	{EBADF, "閉じられたファイルです"},
	{EBUSY, "使用中です"},
	{EDQUOT, "割り当てられた容量を使い切りました"},
	{EEXIST, "同じ名前のものがすでにあります"},
	{EFBIG, "ファイルが大きすぎます"},
	{EINTR, "中断されました"},
	{EINVAL, "値が正しくありません"},
	{EIO, "入出力でエラーが起きました"},
	{EISDIR, "フォルダーです"},
	{ELOOP, "シンボリックリンクが多すぎます"},
	{EMFILE, "開いているファイルが多すぎます"},
	{EMLINK, "リンクが多すぎます"},
	{ENAMETOOLONG, "名前が長すぎます"},
	{ENFILE, "この機械全体で開いているファイルが多すぎます"},
	{ENODEV, "装置がありません"},
	{ENOENT, "ファイルまたはフォルダーがありません"},
	{ENOMEM, "メモリーが足りません"},
	{ENOSPC, "空き容量がありません"},
	{ENOSYS, "この機械のカーネルにはその機能がありません"},
	{ENOTCONN, "接続されていません"},
	{ENOTDIR, "フォルダーではありません"},
	{ENOTEMPTY, "フォルダーが空ではありません"},
	{ENXIO, "その装置またはアドレスはありません"},
	{EOPNOTSUPP, "対応していない操作です"},
	{EPERM, "許可されていない操作です"},
	{EPIPE, "相手が閉じました"},
	{EROFS, "読み取り専用の場所です"},
	{ESPIPE, "位置を変えられないファイルです"},
	{ESTALE, "ネットワーク上のファイルが無効になりました"},
	{ETIMEDOUT, "時間内に応答がありませんでした"},
	{ETXTBSY, "実行中のプログラムです"},
	{EXDEV, "別のファイルシステムです"},
};

const char *system_error(int error)
{
	for (size_t i = 0; language_japanese() && i < sizeof sentences / sizeof sentences[0]; i++)
		if (sentences[i].error == error)
			return sentences[i].ja;
	return strerror(error);
}
