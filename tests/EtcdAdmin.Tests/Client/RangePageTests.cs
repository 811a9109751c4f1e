using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Errors;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;

namespace EtcdAdmin.Tests.Client;

/// <summary>Pages of a range that are too long: small values made the reader ask for many keys, and far larger ones follow.</summary>
public sealed class RangePageTests
{
    private const int Keys = 3000;
    private static readonly Uri Endpoint = new("http://127.0.0.1:2379");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_PageTooLong_IsAskedForWithFewerKeys(bool refusedByServer)
    {
        using var server = new Server(largest: 100, refusedByServer);

        string[] read = await ReadAsync(server);

        Assert.Equal(Enumerable.Range(0, Keys).Select(KeyOf), read);
        Assert.Contains(server.Limits, limit => limit > 100);
    }

    [Fact]
    public async Task ReadAsync_OneValueTooLong_IsReported()
    {
        using var server = new Server(largest: 0, refusedByServer: false);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => ReadAsync(server));

        Assert.Equal(EtcdErrorIds.ProtocolError, error.ErrorId);
        Assert.Equal(1, server.Limits[^1]);
    }

    private static async Task<string[]> ReadAsync(Server server)
    {
        using var connection = new EtcdConnection(new EtcdClientOptions { Endpoints = [Endpoint] }, server);
        var caller = new EtcdCaller(connection, new EndpointSet([Endpoint]), new CallSettings(TimeSpan.FromSeconds(20), Retry: false));
        var read = new List<string>();
        await foreach (EtcdKeyValue kv in new RangeReader(caller, KeyRange.Prefix("k"), new RangeOptions()).ReadAsync(Stop)) read.Add(kv.KeyText);
        return [.. read];
    }

    private static string KeyOf(int i) => $"k{i:d5}";

    /// <summary>Serves a range as etcd does; from the 1,000th key on, more keys than a number are too long for one message.</summary>
    private sealed class Server(int largest, bool refusedByServer) : HttpMessageHandler
    {
        private const int FirstLarge = 1000;

        public List<long> Limits { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            byte[] sent = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            RangeRequest range = RangeRequest.Parser.ParseFrom(sent.AsSpan(5));
            Limits.Add(range.Limit);
            string start = range.Key.ToStringUtf8();
            int first = Enumerable.Range(0, Keys).First(i => string.CompareOrdinal(KeyOf(i), start) >= 0);
            int count = (int)Math.Min(range.Limit, Keys - first);
            if (first + count > FirstLarge && count > largest) return refusedByServer ? Answer([], "8") : Answer([0, 0x40, 0, 0, 0], "0");
            var response = new RangeResponse
            {
                Header = new ResponseHeader { Revision = 7 },
                Kvs = { Enumerable.Range(first, count).Select(i => new KeyValue { Key = ByteString.CopyFromUtf8(KeyOf(i)) }) },
                More = first + count < Keys,
            };
            byte[] prefix = new byte[5];
            BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), response.CalculateSize());
            return Answer([.. prefix, .. response.ToByteArray()], "0");
        }

        private static HttpResponseMessage Answer(byte[] body, string status)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new ByteArrayContent(body) };
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            answer.TrailingHeaders.Add("grpc-status", status);
            if (status == "8") answer.TrailingHeaders.Add("grpc-message", "grpc: trying to send message larger than max (5000000 vs. 4194304)");
            return answer;
        }
    }
}
