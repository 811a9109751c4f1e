namespace EtcdAdmin.Errors;

/// <summary>What sort of thing went wrong; a front end maps it to its own categories (PowerShell: ErrorCategory).</summary>
public enum EtcdErrorKind
{
    /// <summary>The input cannot be used as given; nothing was touched.</summary>
    InvalidInput,

    /// <summary>The input is well-formed, but what it holds is damaged or not what it claims to be.</summary>
    InvalidData,

    /// <summary>The named thing does not exist.</summary>
    NotFound,

    /// <summary>A thing of that name is there already.</summary>
    AlreadyExists,

    /// <summary>No connection came about; nothing was sent.</summary>
    Connection,

    /// <summary>An answer did not come in time; a write may have happened.</summary>
    Timeout,

    /// <summary>The server is there but cannot serve now (no leader, stopping, too busy).</summary>
    Unavailable,

    /// <summary>TLS refused: unknown authority, wrong name, missing client certificate.</summary>
    Security,

    /// <summary>The user name, password or token is not accepted.</summary>
    Authentication,

    /// <summary>The user is known and may not do this.</summary>
    PermissionDenied,

    /// <summary>A quota or a disk is full.</summary>
    QuotaExceeded,

    /// <summary>The state of the cluster or host forbids the operation (a guard refused).</summary>
    InvalidOperation,

    /// <summary>Reading, writing or running something on a host failed.</summary>
    HostOperation,

    /// <summary>The server does not know this operation (an older version).</summary>
    NotSupported,

    /// <summary>None of the others.</summary>
    Other,
}
