using EtcdAdmin.Errors;

namespace EtcdAdmin.Client.Errors;

/// <summary>A call to etcd that failed, whoever is at fault: the way there, the server, or the deadline.</summary>
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

    /// <summary>The gRPC status; for failures on the way, the one that gRPC gives to them (Unavailable, DeadlineExceeded).</summary>
    public GrpcStatusCode GrpcStatus { get; }

    /// <summary>What etcd said; <see cref="EtcdError.None"/> where not etcd spoke.</summary>
    public EtcdError Error { get; }

    /// <summary>Whom the call went to (the last one, where several were tried).</summary>
    public Uri Endpoint { get; }

    /// <summary>True if the server certainly did not do what was asked: it was never sent, or the server refused it.</summary>
    /// <remarks>False means unknown, so a write may have happened.</remarks>
    public bool NotApplied { get; internal init; }

    /// <summary>The same call may succeed elsewhere or later without anybody doing anything.</summary>
    internal bool IsTransient { get; init; }
}
