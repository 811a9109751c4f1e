using System.Buffers;
using System.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Finds EtcdAdmin's tags in the output of a host, among its banners, profile scripts and prompts.</summary>
/// <param name="stream">Standard output or error of an ssh process.</param>
/// <param name="nonce">Random, so that no other program on the host writes it.</param>
internal sealed class TaggedReader(Stream stream, string nonce)
{
    private const int KeptLimit = 64 * 1024;
    private const int TagLength = 2; // the letter and the semicolon

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(nonce + ":");
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The output before and between the tags since the last <see cref="Forget"/>; its first 64 KiB.</summary>
    public string Output => Encoding.UTF8.GetString(_kept.WrittenSpan);

    /// <summary>The output after the last tag.</summary>
    public Stream Rest => new ConcatenatedStream(
        [() => new MemoryStream(_buffer, _start, _end - _start, writable: false), () => stream]);

    /// <summary>Reads up to the next tag.</summary>
    /// <returns>Its letter; null if the stream has ended.</returns>
    public async Task<char?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TakeTag() is { } tag) return tag;
            MoveToFront();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                Keep(_end - _start);
                return null;
            }

            _end += read;
        }
    }

    /// <summary>Clears <see cref="Output"/>.</summary>
    public void Forget() => _kept.ResetWrittenCount();

    private char? TakeTag()
    {
        ReadOnlySpan<byte> unread = _buffer.AsSpan(_start, _end - _start);
        int at = unread.IndexOf(_mark);
        if (at < 0)
        {
            // The end of the bytes read so far may be the start of a tag.
            Keep(Math.Max(0, unread.Length - _mark.Length + 1));
            return null;
        }

        Keep(at);
        if (unread.Length < at + _mark.Length + TagLength) return null;
        char letter = (char)unread[at + _mark.Length];
        _start += _mark.Length + TagLength;
        return letter;
    }

    private void Keep(int count)
    {
        int room = Math.Max(0, KeptLimit - _kept.WrittenCount);
        _kept.Write(_buffer.AsSpan(_start, Math.Min(count, room)));
        _start += count;
    }

    private void MoveToFront()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
