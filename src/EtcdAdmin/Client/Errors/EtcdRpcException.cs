using EtcdAdmin.Errors;

namespace EtcdAdmin.Client.Errors;

/// <summary>A failed call to etcd, whatever the cause: the connection, the server, or the deadline.</summary>
public sealed class EtcdRpcException : EtcdException
{
    /// <summary>Makes an error.</summary>
    internal EtcdRpcException(
        string errorId, GrpcStatusCode grpcStatus, EtcdError error, Uri endpoint, string message,
        Exception? innerException = null)
        : base(errorId, message, innerException)
    {
        GrpcStatus = grpcStatus;
        Error = error;
        Endpoint = endpoint;
        Target = endpoint;
    }

    /// <summary>The gRPC status. A connection failure has the status that gRPC uses for it (Unavailable, DeadlineExceeded).</summary>
    public GrpcStatusCode GrpcStatus { get; }

    /// <summary>The meaning of etcd's message; <see cref="EtcdError.None"/> if the error does not come from etcd.</summary>
    public EtcdError Error { get; }

    /// <summary>The endpoint of the call (the last one, if several were tried).</summary>
    public Uri Endpoint { get; }

    /// <summary>True if the server certainly did not apply the request: it was never sent, or the server refused it.</summary>
    /// <remarks>False means unknown: a write may have been applied.</remarks>
    public bool NotApplied { get; internal init; }

    /// <summary>The oldest revision that is left, where a watch was refused because it started before; null for any other error.</summary>
    public long? CompactRevision { get; internal init; }

    /// <summary>Whether the same call may succeed later or at another endpoint without any repair.</summary>
    internal bool IsTransient { get; init; }
}
