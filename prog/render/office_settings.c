/* LibreOffice's settings of a profile: what it shall never do. Names as in its officecfg schemas. */
#include "office.h"

#define ITEM(path, name, value) "<item oor:path=\"/org.openoffice." path "\"><prop oor:name=\"" name "\" oor:op=\"fuse\"><value>" value "</value></prop></item>\n"

const char office_settings[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" "
	"xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
	ITEM("Office.Common/Security/Scripting", "MacroSecurityLevel", "3")
	ITEM("Office.Common/Security/Scripting", "DisableMacrosExecution", "true")
	ITEM("Office.Common/Security/Scripting", "DisableActiveContent", "true")
	ITEM("Office.Common/Security/Scripting", "DisableOLEAutomation", "true")
	ITEM("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
	ITEM("Office.Common/Security/Scripting", "WarnAlienFormat", "false")
	ITEM("Office.Common/Misc", "FirstRun", "false")
	ITEM("Office.Writer/Content/Update", "Link", "2") /* never */
	ITEM("Office.Calc/Content/Update", "Link", "2")
	"</oor:items>\n";
