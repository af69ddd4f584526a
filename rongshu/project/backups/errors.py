"""What can be wrong with a backup, or stand in the way of a restore."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, Unavailable


class BackupIncomplete(InvalidInput):
    """The folder holds no complete backup."""

    code = "backup-incomplete"
    sentence = "此目录中没有完整的备份（缺少 backup.json 或其所列文件），未作任何改动。"


class BackupDamaged(InvalidInput):
    """A file of the backup does not have its digest."""

    code = "backup-damaged"
    sentence = "备份中有文件与其指纹不符，备份已损坏，未作任何改动；请换用另一份备份。"


class EngineDiffers(InvalidInput):
    """The backup is of another database engine."""

    code = "engine-differs"
    sentence = "备份来自另一种数据库，请先把 DATABASE_URL 改为同一种数据库再恢复。"


class InstallationNotEmpty(Conflict):
    """There is an installation here already."""

    code = "installation-not-empty"
    sentence = "本处已有数据。确认要用备份替换时请加 --replace（原数据库会另存在 superseded/ 下）。"


class FolderUnfit(InvalidInput):
    """The target folder lies inside the data folder, or holds something else."""

    code = "folder-unfit"
    sentence = "目标目录不合适：不能在数据目录之内，也不能放有其他内容。"


class NoRoom(Unavailable):
    """The file system refused: full, or read-only."""

    code = "no-room"
    sentence = "目标磁盘写不进去（已满或只读），上一份备份仍然完好；腾出空间后请重新运行。"


class ProgramMissing(Unavailable):
    """pg_dump, pg_restore or psql is not installed."""

    code = "program-missing"
    sentence = "本机没有 PostgreSQL 客户端程序（pg_dump、pg_restore、psql），请先安装。"


class DatabaseRefused(Unavailable):
    """A program of the database ended with an error."""

    code = "database-refused"
    sentence = "数据库没有完成此操作，未作改动；请查看下面的原因。"
