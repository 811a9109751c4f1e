using System.Security.Cryptography;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Snapshots;

public sealed class SnapshotStreamTests : IDisposable
{
    // Where the stream passes its buffer on: the trailing hash can be split there, and a rest shorter than it can follow.
    private const int Boundary = 512 * 1024;

    private static readonly Uri Endpoint = new("http://127.0.0.1:2379");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 100)]
    public async Task FinishAsync_WholeStreamInAnyPieces_GivesTheHashOfTheFile(bool isLong, byte size, ushort[] cuts)
    {
        byte[] sent = Snapshot(isLong, size);

        SnapshotDigest digest = await SendAsync(sent, cuts);

        Assert.Equal(new SnapshotDigest(Convert.ToHexStringLower(SHA256.HashData(sent)), HasTrailer: true, TrailerValid: true), digest);
        Assert.Equal(sent, await File.ReadAllBytesAsync(_folder.File("db")));
    }

    [Property(MaxTest = 100)]
    public async Task FinishAsync_OneBitTampered_ThrowsSnapshotIncomplete(bool isLong, byte size, ushort[] cuts, uint where, byte bit)
    {
        byte[] sent = Snapshot(isLong, size);
        sent[where % sent.Length] ^= (byte)(1 << (bit % 8));

        await RefusedAsync(sent, cuts);
    }

    [Property(MaxTest = 100)]
    public async Task FinishAsync_CutOff_ThrowsSnapshotIncomplete(bool isLong, byte size, ushort[] cuts, byte missing)
    {
        byte[] whole = Snapshot(isLong, size);

        await RefusedAsync(whole[..^Math.Min(whole.Length, missing + 1)], cuts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    public async Task FinishAsync_NoMoreThanATrailer_ThrowsSnapshotIncomplete(int length) => await RefusedAsync(new byte[length], [1]);

    /// <summary>Some bytes and their hash, together up to 287 bytes, or about as many more than the boundary as less.</summary>
    private static byte[] Snapshot(bool isLong, byte size)
    {
        byte[] data = new byte[size + (isLong ? Boundary - 144 : 0)];
        new Random(size).NextBytes(data);
        return [.. data, .. SHA256.HashData(data)];
    }

    private async Task RefusedAsync(byte[] sent, ushort[] cuts)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => SendAsync(sent, cuts));

        Assert.Equal((EtcdErrorIds.SnapshotIncomplete, Endpoint), (error.ErrorId, error.Target));
        Assert.Contains($"after {sent.Length} bytes", error.Message, StringComparison.Ordinal);
    }

    private async Task<SnapshotDigest> SendAsync(byte[] sent, ushort[] cuts)
    {
        await using FileStream file = File.Create(_folder.File("db"));
        await using var stream = new SnapshotStream(file);
        int at = 0;
        foreach (ushort cut in cuts)
        {
            int length = Math.Min(cut, sent.Length - at);
            await stream.WriteAsync(sent.AsMemory(at, length));
            at += length;
        }

        await stream.WriteAsync(sent.AsMemory(at));
        return await stream.FinishAsync(Endpoint);
    }
}
