namespace EtcdAdmin.Client.Errors;

/// <summary>The status with which a gRPC call ends.</summary>
/// <remarks>Source: gRPC <c>doc/statuscodes.md</c>; the numbers travel in the <c>grpc-status</c> trailer.</remarks>
public enum GrpcStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Somebody gave the call up.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code; also what a client assumes for a code it does not know.</summary>
    Unknown = 2,

    /// <summary>The request makes no sense, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed; the server may have done the work.</summary>
    DeadlineExceeded = 4,

    /// <summary>The thing named is not there.</summary>
    NotFound = 5,

    /// <summary>The thing to be made is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a limit or a disk is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the server forbids the request.</summary>
    FailedPrecondition = 9,

    /// <summary>The server broke the work off, typically because of a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, for instance a revision that is compacted or still to come.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know the call.</summary>
    Unimplemented = 12,

    /// <summary>Something in the server or on the way broke its own rules.</summary>
    Internal = 13,

    /// <summary>The server cannot serve now, or cannot be reached.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known: no token, or one that is no longer valid.</summary>
    Unauthenticated = 16,
}
