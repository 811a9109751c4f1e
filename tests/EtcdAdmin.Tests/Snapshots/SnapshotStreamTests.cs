using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class SnapshotStreamTests
{
    private static readonly Uri Endpoint = new("http://127.0.0.1:2379");

    [Property(MaxTest = 500)]
    public async Task Finish_WholeStreamInAnyPieces_GivesTheHashOfTheFile(byte[] data, byte[] cuts)
    {
        byte[] sent = [.. data, .. SHA256.HashData(data)];
        using var file = new MemoryStream();

        SnapshotDigest digest = await SendAsync(file, sent, cuts);

        Assert.Equal(new SnapshotDigest(Convert.ToHexStringLower(SHA256.HashData(sent)), HasTrailer: true, TrailerValid: true), digest);
        Assert.Equal(sent, file.ToArray());
    }

    [Property(MaxTest = 500)]
    public async Task Finish_OneBitTampered_ThrowsSnapshotIncomplete(byte[] data, byte[] cuts, ushort where, byte bit)
    {
        byte[] sent = [.. data, .. SHA256.HashData(data)];
        sent[where % sent.Length] ^= (byte)(1 << (bit % 8));

        await RefusedAsync(sent, cuts);
    }

    [Property(MaxTest = 500)]
    public async Task Finish_CutOffAnywhere_ThrowsSnapshotIncomplete(byte[] data, byte[] cuts, ushort where)
    {
        byte[] whole = [.. data, .. SHA256.HashData(data)];

        await RefusedAsync(whole[..(where % whole.Length)], cuts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    public async Task Finish_LessThanATrailer_ThrowsSnapshotIncomplete(int length) => await RefusedAsync(new byte[length], [1]);

    private static async Task RefusedAsync(byte[] sent, byte[] cuts)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => SendAsync(Stream.Null, sent, cuts));

        Assert.Equal((EtcdErrorIds.SnapshotIncomplete, Endpoint), (error.ErrorId, error.Target));
        Assert.Contains($"after {sent.Length} bytes", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Pieces of 0 to 79 bytes, and buffers of 16 bytes and more: some shorter than the trailer, some longer.</summary>
    private static async Task<SnapshotDigest> SendAsync(Stream file, byte[] sent, byte[] cuts)
    {
        await using var stream = new SnapshotStream(file, bufferSize: 1 + (cuts.Length * 7 % 100));
        int at = 0;
        foreach (byte cut in cuts)
        {
            int length = Math.Min(cut % 80, sent.Length - at);
            await stream.WriteAsync(sent.AsMemory(at, length));
            at += length;
        }

        await stream.WriteAsync(sent.AsMemory(at));
        return await stream.FinishAsync(Endpoint);
    }
}
