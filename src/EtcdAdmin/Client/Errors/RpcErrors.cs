using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Errors;

/// <summary>Makes the errors of calls, so that the same failure always has the same text.</summary>
internal static class RpcErrors
{
    /// <summary>What to do about etcd 2.3, whose API has no gRPC.</summary>
    public const string Before3 =
        "etcd 2.3 has no v3 API: Import-EtcdCluster and Convert-EtcdMember bring such a cluster to etcd 3.0 (docs/upgrades.md).";

    private const string SeeHealth = "Get-EtcdHealth shows which members answer.";
    private const string MayHaveHappened = "If this was a change, check whether it was applied before you repeat it.";
    private const string CompactedSentence = "etcdserver: mvcc: required revision has been compacted";

    /// <summary>The server's own error.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="path">The call.</param>
    /// <param name="status">The status.</param>
    /// <param name="sentence">etcd's message.</param>
    /// <param name="asker">The identity of the client; null if it does not matter.</param>
    public static EtcdRpcException FromStatus(Uri endpoint, string path, GrpcStatusCode status, string sentence, Asker? asker = null)
    {
        EtcdErrorMeaning meaning = EtcdErrorTable.Find(status, sentence);
        string text = sentence.Length > 0 ? sentence : $"gRPC status {status}";
        (string? who, string? nextStep) = asker?.Explain(meaning.Error, path) ?? (null, null);
        return new EtcdRpcException(meaning.ErrorId, status, meaning.Error, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: {text}" + (who is null ? "" : $" ({who})"))
        {
            NextStep = nextStep ?? meaning.NextStep,
            NotApplied = IsRefusal(status) || meaning.Error == EtcdError.TooManyRequests,
            IsTransient = status == GrpcStatusCode.Unavailable || meaning.Error == EtcdError.TooManyRequests,
        };
    }

    /// <summary>A watch needs a compacted revision.</summary>
    public static EtcdRpcException Compacted(Uri endpoint, string path, long compactRevision)
    {
        EtcdErrorMeaning meaning = EtcdErrorTable.Find(GrpcStatusCode.OutOfRange, CompactedSentence);
        return new EtcdRpcException(meaning.ErrorId, GrpcStatusCode.OutOfRange, meaning.Error, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: {CompactedSentence}")
        {
            NextStep = string.Create(CultureInfo.InvariantCulture, $"Start from revision {compactRevision} or newer."),
            CompactRevision = compactRevision,
            NotApplied = true,
        };
    }

    /// <summary>No connection within the connect timeout.</summary>
    public static EtcdRpcException ConnectFailed(Uri endpoint, string why, Exception? cause) =>
        new(EtcdErrorIds.ConnectFailed, GrpcStatusCode.Unavailable, EtcdError.None, endpoint,
            $"Cannot connect to {Show(endpoint)}: {why}", cause)
        {
            NextStep =
                "Check that etcd is running there and listens on this address (listen-client-urls), and that no firewall blocks connections from "
                    + "this machine."
                + (endpoint.IsDefaultPort
                    ? string.Create(CultureInfo.InvariantCulture,
                        $" The endpoint uses port {endpoint.Port}; etcd's default client port is {EndpointUrl.DefaultPort}.")
                    : ""),
            NotApplied = true,
            IsTransient = true,
        };

    /// <summary>TLS failed. Another endpoint may have a valid certificate; waiting does not help.</summary>
    public static EtcdRpcException TlsFailed(Uri endpoint, string why, string nextStep, Exception? cause, bool notApplied = true) =>
        new(EtcdErrorIds.TlsFailed, GrpcStatusCode.Unavailable, EtcdError.None, endpoint,
            $"TLS with {Show(endpoint)} failed: {why}", cause)
        {
            NextStep = nextStep,
            NotApplied = notApplied,
        };

    /// <summary>The client's deadline passed.</summary>
    public static EtcdRpcException Timeout(Uri endpoint, string path, TimeSpan after, Exception? cause) =>
        new(EtcdErrorIds.Timeout, GrpcStatusCode.DeadlineExceeded, EtcdError.None, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: no answer within {after.TotalSeconds:0.###} s"
            + (cause is null ? "" : $" (before that: {cause.Message})"), cause)
        {
            NextStep = $"{SeeHealth} {MayHaveHappened}",
        };

    /// <summary>The connection broke after the request was sent.</summary>
    public static EtcdRpcException ConnectionLost(Uri endpoint, string path, bool refused, Exception? cause) =>
        new(EtcdErrorIds.ConnectionLost, GrpcStatusCode.Unavailable, EtcdError.None, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: the connection broke"
            + (cause is null ? "" : $": {cause.GetBaseException().Message}"), cause)
        {
            NextStep = refused ? $"Try again. {SeeHealth}" : $"{SeeHealth} {MayHaveHappened}",
            NotApplied = refused,
            IsTransient = true,
        };

    /// <summary>The server ended a new connection when it knew the client certificate. That is all that etcd does if the certificate is on its list
    /// of revoked certificates (<c>client/pkg/transport/listener_tls.go</c>).</summary>
    public static EtcdRpcException ClosedOnCertificate(Uri endpoint, string path, string certificate, Exception cause) =>
        new(EtcdErrorIds.ConnectionLost, GrpcStatusCode.Unavailable, EtcdError.None, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: the server closed the new connection without an error, after TLS with the client certificate "
                + $"{certificate}", cause)
        {
            NextStep = "If this happens again, the certificate is probably revoked (on the list of the server's client-crl-file); then the server's "
                + "log says so. Use a new certificate.",
            NotApplied = true,
            IsTransient = true,
        };

    /// <summary>The server does not follow the gRPC protocol.</summary>
    public static EtcdRpcException Protocol(Uri endpoint, string path, string why, Exception? cause = null) =>
        new(EtcdErrorIds.ProtocolError, GrpcStatusCode.Internal, EtcdError.None, endpoint,
            $"{CallName(path)} at {Show(endpoint)}: {why}", cause)
        {
            NextStep = $"Check that the endpoint is an etcd client URL (default port 2379), not a peer URL, a metrics URL or a proxy. {Before3}",
        };

    /// <summary>The endpoint does not serve a path of etcd's HTTP service.</summary>
    public static EtcdRpcException NotServed(Uri endpoint, string path, int status) =>
        new(EtcdErrorIds.NotSupported, GrpcStatusCode.Unimplemented, EtcdError.None, endpoint,
            string.Create(CultureInfo.InvariantCulture, $"{Show(endpoint)} does not serve {path} (HTTP status {status})."))
        {
            NextStep = $"Check that the endpoint is an etcd client URL (default port {EndpointUrl.DefaultPort}).",
            NotApplied = true,
        };

    /// <summary>API 2 does not accept the user.</summary>
    public static EtcdRpcException Api2Refused(Uri endpoint, string path, string sentence) =>
        new(EtcdErrorIds.PermissionDenied, GrpcStatusCode.Unauthenticated, EtcdError.UserEmpty, endpoint, $"{path} at {Show(endpoint)}: {sentence}")
        {
            NextStep = "Supply a user of API 2 that may read (-Credential). Its users are not those of the v3 API.",
            NotApplied = true,
        };

    /// <summary>API 2 reports an error.</summary>
    public static EtcdRpcException Api2Failed(Uri endpoint, string path, string sentence) =>
        new(EtcdErrorIds.ServerError, GrpcStatusCode.Unavailable, EtcdError.Unknown, endpoint, $"{path} at {Show(endpoint)}: {sentence}")
        {
            NextStep = $"{SeeHealth} {MayHaveHappened}",
        };

    /// <summary>A message of the server is longer than is accepted; its status is the one that etcd's own client has for this.</summary>
    /// <remarks>If the call was a change, it may have been applied: only its answer is missing.</remarks>
    public static EtcdRpcException MessageTooLong(Uri endpoint, string path, long length, long limit) =>
        new(EtcdErrorIds.ProtocolError, GrpcStatusCode.ResourceExhausted, EtcdError.None, endpoint,
            string.Create(CultureInfo.InvariantCulture,
                $"{CallName(path)} at {Show(endpoint)}: the server announces a message of {length} bytes; at most {limit} are accepted"))
        {
            NextStep = $"If the endpoint is an etcd client URL, request less at once, such as fewer keys. {MayHaveHappened}",
        };

    /// <summary>An endpoint in the notation of operators, without the trailing slash.</summary>
    public static string Show(Uri endpoint) => EndpointUrl.Show(endpoint);

    // "/etcdserverpb.KV/Range" is shown as "KV.Range", as in etcd's API documentation.
    private static string CallName(string path) => path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('/', '.');

    // Not ResourceExhausted: grpc-go also returns it if the answer was too large, so after the work was done.
    private static bool IsRefusal(GrpcStatusCode status) => status is GrpcStatusCode.InvalidArgument or GrpcStatusCode.NotFound
        or GrpcStatusCode.AlreadyExists or GrpcStatusCode.PermissionDenied or GrpcStatusCode.FailedPrecondition
        or GrpcStatusCode.OutOfRange or GrpcStatusCode.Unimplemented or GrpcStatusCode.Unauthenticated;
}
