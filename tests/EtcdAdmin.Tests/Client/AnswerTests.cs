using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Errors;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdAdmin.Tests.Client;

/// <summary>Answers as etcd, a stopping member, a proxy or something else may send them, through Grpc.Net.Client.</summary>
public sealed class AnswerTests
{
    private static readonly Uri Endpoint = new("http://127.0.0.1:2379");
    private static readonly byte[] Answer = Frame(new PutResponse { Header = new ResponseHeader { Revision = 7 } }.ToByteArray());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_StatusOk_GivesTheMessage() => Assert.Equal(7, (await PutAsync(Http(Answer, "0"), Stop)).Header.Revision);

    [Theory, InlineData(0), InlineData(3), InlineData(8), InlineData(int.MaxValue)]
    public async Task Put_EndsWithoutStatus_IsALostConnectionWithUnknownResult(int length)
    {
        EtcdRpcException error = await FailAsync(Http(Answer[..Math.Min(length, Answer.Length)], status: null));

        Assert.Equal((EtcdErrorIds.ConnectionLost, false, true), (error.ErrorId, error.NotApplied, error.IsTransient));
    }

    [Theory]
    [InlineData("1", GrpcStatusCode.Cancelled)]
    [InlineData("4", GrpcStatusCode.DeadlineExceeded)]
    [InlineData("14", GrpcStatusCode.Unavailable)]
    [InlineData("99", GrpcStatusCode.Unknown)]
    public async Task Put_ServerRefuses_IsTheServersErrorWhereverTheStatusIs(string status, GrpcStatusCode expected)
    {
        HttpResponseMessage onlyHeaders = Http([], status: null);
        onlyHeaders.Headers.Add("grpc-status", status);
        onlyHeaders.Headers.Add("grpc-message", "not%20here%C3%A4%");

        EtcdRpcException error = await FailAsync(onlyHeaders);
        EtcdRpcException late = await FailAsync(Http([], status));

        Assert.Equal((expected, expected), (error.GrpcStatus, late.GrpcStatus));
        Assert.DoesNotContain(EtcdErrorIds.ConnectionLost, new[] { error.ErrorId, late.ErrorId });
        Assert.Contains("not hereä%", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not gRPC", 503, "application/grpc", null)]
    [InlineData("content type", 200, "text/html", null)]
    [InlineData("compressed", 200, "application/grpc", "gzip")]
    public async Task Put_AnswerOfSomethingElse_IsAProtocolErrorWithUnknownResult(string why, int status, string type, string? encoding)
    {
        HttpResponseMessage answer = Http(Answer, "0");
        answer.StatusCode = (HttpStatusCode)status;
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null) answer.Headers.Add("grpc-encoding", encoding);

        EtcdRpcException error = await FailAsync(answer);

        Assert.Equal((EtcdErrorIds.ProtocolError, false), (error.ErrorId, error.NotApplied));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_BodyBreaksTheProtocol_IsNeverTakenForARefusal()
    {
        byte[] compressed = [1, .. Answer[1..]];

        EtcdRpcException[] errors =
        [
            await FailAsync(Http([.. Answer, .. Answer], "0")),
            await FailAsync(Http(Frame([0xff]), "0")),
            await FailAsync(Http([7, .. Answer[1..]], "0")),
            await FailAsync(Http(compressed, "0")),
            await FailAsync(Http([], "0")),
        ];

        Assert.All(errors, error => Assert.Equal((GrpcStatusCode.Internal, false, false), (error.GrpcStatus, error.NotApplied, error.IsTransient)));
        Assert.All(errors[..3], error => Assert.Equal(EtcdErrorIds.ProtocolError, error.ErrorId));
    }

    [Theory]
    [InlineData(AnswerBody.MaxMessage + 1L)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public async Task Put_ServerAnnouncesAHugeMessage_IsRefusedBeforeMemoryIsReserved(long length)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), (uint)length);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        EtcdRpcException error = await FailAsync(Http([.. prefix, .. new byte[1000]], "0"));

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 500_000_000); // other tests run meanwhile
        Assert.Equal((EtcdErrorIds.ProtocolError, false, false), (error.ErrorId, error.NotApplied, error.IsTransient));
        Assert.Contains($"a message of {length} bytes; at most 536870912", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer keys", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_SecondOfSeveralMessagesIsHuge_GivesTheFirstAndRefusesTheSecond()
    {
        byte[] first = Frame(new SnapshotResponse { RemainingBytes = 7 }.ToByteArray());
        using var transport = new GrpcTransport(
            new EtcdClientOptions { Endpoints = [Endpoint] }, new Canned(Http([.. first, 0, 0x7f, 0xff, 0xff, 0xff, .. new byte[100]], "0")));

        using CallStream<SnapshotRequest, SnapshotPiece> stream = await transport.OpenStreamAsync(
            EtcdMethods.Snapshot, new SnapshotRequest(), Endpoint, token: null, Stop);
        using SnapshotPiece? piece = await stream.ReadAsync(Stop);
        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => stream.ReadAsync(Stop));

        Assert.Equal(7, piece?.Chunk.RemainingBytes);
        Assert.Equal(EtcdErrorIds.ProtocolError, error.ErrorId);
        Assert.Contains("a message of 2147483647 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1 << 20, true)]
    [InlineData((16 << 20) + 1, false)]
    public async Task ReadPageAsync_MoreThanAMemberHas_IsNotRead(int length, bool isRead)
    {
        byte[] text = new byte[length];
        Array.Fill(text, (byte)'x');
        using var transport = new GrpcTransport(new EtcdClientOptions { Endpoints = [Endpoint] }, new Canned(Http(text, status: null)));

        string? page = await transport.ReadPageAsync(Endpoint, "/metrics", Stop);

        Assert.Equal(isRead ? length : null, page?.Length);
    }

    [Fact]
    public async Task Put_ConnectionBreaksInTheAnswer_IsLost()
    {
        EtcdRpcException error = await FailAsync(Http(new BrokenBody()));

        Assert.Equal((EtcdErrorIds.ConnectionLost, false), (error.ErrorId, error.NotApplied));
    }

    [Fact]
    public async Task Put_CallerCancels_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        Task<PutResponse> call = PutAsync(Http(new SilentBody()), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static async Task<EtcdRpcException> FailAsync(HttpResponseMessage answer) =>
        await Assert.ThrowsAsync<EtcdRpcException>(() => PutAsync(answer, Stop));

    private static async Task<PutResponse> PutAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var options = new EtcdClientOptions { Endpoints = [Endpoint] };
        using var transport = new GrpcTransport(options, new Canned(answer));
        using var deadline = new Deadline(TimeSpan.FromSeconds(20), TimeProvider.System, stop);
        return await transport.UnaryAsync(EtcdMethods.Put, new PutRequest(), Endpoint, token: null, deadline);
    }

    private static HttpResponseMessage Http(byte[] body, string? status)
    {
        HttpResponseMessage answer = Http(new MemoryStream(body));
        if (status is not null) answer.TrailingHeaders.Add("grpc-status", status);
        return answer;
    }

    private static HttpResponseMessage Http(Stream body)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new StreamContent(body) };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return answer;
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), message.Length);
        return [.. prefix, .. message];
    }

    private sealed class Canned(HttpResponseMessage answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer);
    }

    private sealed class BrokenBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("reset");
    }

    private sealed class SilentBody : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
