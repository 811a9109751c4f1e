namespace EtcdAdmin.Client.Errors;

/// <summary>The status of a finished gRPC call.</summary>
/// <remarks>Source: gRPC <c>doc/statuscodes.md</c>; the numbers are in the <c>grpc-status</c> trailer.</remarks>
public enum GrpcStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The call was cancelled.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code; a client also uses it for unknown codes.</summary>
    Unknown = 2,

    /// <summary>The request is invalid, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed; the server may have done the work.</summary>
    DeadlineExceeded = 4,

    /// <summary>The requested thing does not exist.</summary>
    NotFound = 5,

    /// <summary>The thing to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but does not have the permission.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a limit or a disk is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the server does not allow the request.</summary>
    FailedPrecondition = 9,

    /// <summary>The server aborted the work, typically because of a conflict.</summary>
    Aborted = 10,

    /// <summary>Outside the valid range, for instance a revision that is compacted or does not exist yet.</summary>
    OutOfRange = 11,

    /// <summary>The server does not support the call.</summary>
    Unimplemented = 12,

    /// <summary>An internal error of the server or of the connection.</summary>
    Internal = 13,

    /// <summary>The server cannot serve now, or cannot be reached.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known: no token, or one that is no longer valid.</summary>
    Unauthenticated = 16,
}
