using EtcdAdmin.Client.Errors;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Turns what Grpc.Net.Client reports into our errors.</summary>
/// <remarks>It reports its own findings with the same statuses as a server's. Only its own have a <see cref="Status.DebugException"/>.</remarks>
internal static class CallFailure
{
    /// <summary>The error of a failed call.</summary>
    /// <param name="failure">What Grpc.Net.Client reports.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="path">The call.</param>
    /// <param name="asker">The identity of the client.</param>
    /// <param name="stop">The token that may have ended the call.</param>
    public static Exception From(RpcException failure, Uri endpoint, string path, Asker asker, CancellationToken stop)
    {
        if (failure.Status.DebugException is not { } cause)
            return RpcErrors.FromStatus(endpoint, path, CodeOf(failure.StatusCode), failure.Status.Detail, asker);
        bool lost = false;
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (e is EtcdRpcException known) return known;
            if (e is InvalidProtocolBufferException) return RpcErrors.Protocol(endpoint, path, $"a message cannot be read: {e.Message}", e);
            lost |= e is IOException or HttpRequestException or OperationCanceledException;
        }

        if (stop.IsCancellationRequested) return new OperationCanceledException(cause.Message, cause, stop);
        return lost ? RpcErrors.ConnectionLost(endpoint, path, refused: false, cause) : RpcErrors.Protocol(endpoint, path, cause.Message, cause);
    }

    private static GrpcStatusCode CodeOf(StatusCode status) =>
        Enum.IsDefined((GrpcStatusCode)status) ? (GrpcStatusCode)status : GrpcStatusCode.Unknown;
}
