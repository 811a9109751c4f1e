namespace EtcdAdmin.Errors;

/// <summary>The sort of failure; a front end maps it to its own categories (PowerShell: ErrorCategory).</summary>
public enum EtcdErrorKind
{
    /// <summary>The input cannot be used as given; nothing was changed.</summary>
    InvalidInput,

    /// <summary>The input is well-formed, but its content is damaged or not of the expected kind.</summary>
    InvalidData,

    /// <summary>The named thing does not exist.</summary>
    NotFound,

    /// <summary>A thing with that name exists.</summary>
    AlreadyExists,

    /// <summary>No connection was made; nothing was sent.</summary>
    Connection,

    /// <summary>No answer in time; a write may have been applied.</summary>
    Timeout,

    /// <summary>The server is running but cannot serve requests now (no leader, stopping, overloaded).</summary>
    Unavailable,

    /// <summary>TLS failed: unknown authority, wrong name, missing client certificate.</summary>
    Security,

    /// <summary>The user name, password or token was not accepted.</summary>
    Authentication,

    /// <summary>The user is known but does not have the permission.</summary>
    PermissionDenied,

    /// <summary>A quota or a disk is full.</summary>
    QuotaExceeded,

    /// <summary>The state of the cluster or host does not allow the operation (a guard refused it).</summary>
    InvalidOperation,

    /// <summary>Reading, writing or running a command on a host failed.</summary>
    HostOperation,

    /// <summary>The server is an older version without this operation.</summary>
    NotSupported,

    /// <summary>None of the other kinds.</summary>
    Other,
}
