namespace EtcdAdmin.Database.Wal;

/// <summary>Writes a segment of a log in the form that etcd 2 reads: the same records, without padding and without reserved space.</summary>
/// <remarks>The checksums are of the records, not of their frames, so they stay as they are.</remarks>
internal static class UnpaddedLog
{
    /// <summary>Copies a segment.</summary>
    /// <param name="segment">An intact segment, or the last one of a log up to a record that was not written completely.</param>
    /// <param name="destination">Receives the records.</param>
    /// <param name="end">Where the complete records end; null copies up to the reserved space.</param>
    /// <param name="cancellationToken">Cancels the copying.</param>
    public static void Copy(Stream segment, Stream destination, long? end, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[WalFrame.Size];
        byte[] record = [];
        for (long at = 0; end is null || at < end;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return;
            WalFrame frame = WalFrame.Parse(head);
            if (frame == default) return;
            if (record.Length < frame.Total) record = new byte[frame.Total];
            segment.ReadExactly(record, 0, (int)frame.Total);
            (frame with { Padding = 0 }).Write(head);
            destination.Write(head);
            destination.Write(record, 0, (int)frame.Length);
            at += WalFrame.Size + frame.Total;
        }
    }
}
