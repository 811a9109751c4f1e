using System.Net;
using EtcdAdmin.Client.Errors;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Stands between Grpc.Net.Client and the connections to one endpoint, and explains failures while their causes are known.</summary>
/// <remarks>An <see cref="EtcdRpcException"/> from here comes back from Grpc.Net.Client as the cause of its own error.</remarks>
internal sealed class AnswerCheck(Uri endpoint, GrpcTransport transport, HttpMessageHandler connections) : DelegatingHandler(connections)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath; // Grpc.Net.Client sets it
        // Grpc.Net.Client loses the zone of an IPv6 address.
        request.RequestUri = new Uri(endpoint, path);
        HttpResponseMessage answer;
        try
        {
            answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw await transport.ExplainAsync(endpoint, path, e, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            CheckIsGrpc(path, answer);
            await AnswerBody.WrapAsync(answer, endpoint, path, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private void CheckIsGrpc(string path, HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
            throw RpcErrors.Protocol(endpoint, path, $"the answer is HTTP status {(int)answer.StatusCode}, not gRPC");
        string? type = answer.Content.Headers.ContentType?.MediaType;
        if (type is null || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
            throw RpcErrors.Protocol(endpoint, path, $"the content type of the answer is '{type ?? "none"}', not gRPC's");
        // Grpc.Net.Client would report this as the server's refusal, although the server has done what it was asked for.
        if (answer.Headers.TryGetValues("grpc-encoding", out IEnumerable<string>? encodings) && encodings.First() is not "identity" and var encoding)
            throw RpcErrors.Protocol(endpoint, path, $"the answer is compressed ({encoding}), but the client did not offer compression");
    }
}
