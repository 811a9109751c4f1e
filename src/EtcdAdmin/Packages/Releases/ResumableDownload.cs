using System.Net;
using System.Net.Http.Headers;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Releases;

/// <summary>Downloads a file with a known hash and continues an earlier attempt, even of another process.</summary>
/// <remarks>The part file is named after the hash, so it never mixes bytes of two files. The server's ETag is stored beside it and sent as If-Range,
/// so that the download starts again if the file was replaced meanwhile. Callers hold the version's lock.</remarks>
internal sealed class ResumableDownload(ReleaseHttp http, Uri address, string folder, string sha256)
{
    private string PartPath => Path.Combine(folder, $"{sha256}.part");

    private string TagPath => Path.Combine(folder, $"{sha256}.etag");

    /// <summary>Downloads and verifies the file; the caller deletes it.</summary>
    /// <param name="fileName">The file name; the folder is the one of this download.</param>
    /// <param name="events">Receives progress in bytes.</param>
    /// <param name="cancellationToken">Keeps the part file.</param>
    /// <exception cref="EtcdException">PackageNotFound (404), DownloadFailed (the part file is kept), ChecksumMismatch (the part file is
    /// deleted).</exception>
    public async Task<string> RunAsync(string fileName, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var progress = new DownloadProgress($"Downloading {fileName}", events);
        try
        {
            bool isResumed = Length() > 0;
            await CompleteAsync(progress, events, cancellationToken).ConfigureAwait(false);
            string actual = await FileHash.ComputeAsync(PartPath, cancellationToken).ConfigureAwait(false);
            if (actual != sha256 && isResumed)
            {
                events.Message($"The part file of an earlier download of {fileName} does not match; downloading the file again.");
                Forget();
                await CompleteAsync(progress, events, cancellationToken).ConfigureAwait(false);
                actual = await FileHash.ComputeAsync(PartPath, cancellationToken).ConfigureAwait(false);
            }

            if (actual != sha256)
            {
                Forget();
                throw FileHash.Mismatch(address.AbsoluteUri, sha256, actual);
            }

            string path = Path.Combine(folder, fileName);
            File.Move(PartPath, path, overwrite: true);
            File.Delete(TagPath);
            return path;
        }
        finally
        {
            progress.Close();
        }
    }

    /// <summary>Reads until the server reports the end, and continues after each break that made progress.</summary>
    private async Task CompleteAsync(DownloadProgress progress, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        for (int fruitless = 0; ;)
        {
            long before = Length();
            try
            {
                await ReadOnAsync(progress, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.DownloadFailed && before + Length() > 0)
            {
                fruitless = Length() > before ? 0 : fruitless + 1;
                if (fruitless >= http.Limits.Attempts) throw;
                events.Message($"{e.Message} Continuing after {Length()} bytes.");
                await Task.Delay(http.Limits.Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadOnAsync(DownloadProgress progress, CancellationToken cancellationToken)
    {
        long have = Length();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            if (ReadTag() is { } tag) request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == have:
                break;
            case HttpStatusCode.OK:
                have = 0; // the server has no ranges, or the file has changed
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when response.Content.Headers.ContentRange?.Length == have:
                return; // complete; only the verification was missing
            case HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.PartialContent:
                Forget();
                throw PackageErrors.Download(address, "the part file does not match the server's file.");
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw PackageErrors.NotFound($"{address} does not exist.", address);
            default:
                throw PackageErrors.Download(address, ReleaseHttp.Describe(response));
        }

        await SaveTagAsync(response.Headers.ETag, cancellationToken).ConfigureAwait(false);
        await CopyAsync(response, have, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyAsync(HttpResponseMessage response, long have, DownloadProgress progress, CancellationToken cancellationToken)
    {
        long? length = response.Content.Headers.ContentLength is { } rest ? have + rest : null;
        byte[] buffer = new byte[1 << 17];
        var part = new FileStream(PartPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (part.ConfigureAwait(false))
        {
            part.SetLength(have);
            part.Position = have;
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false) is > 0 and int read)
            {
                await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                progress.Add(read, part.Position, length);
            }

            part.Flush(flushToDisk: true);
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        using var inactivity = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inactivity.CancelAfter(http.Limits.Inactivity);
        try
        {
            return await body.ReadAsync(buffer, inactivity.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw PackageErrors.Download(address, $"the connection broke ({e.Message})", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PackageErrors.Download(address, $"the server sent no data for {http.Limits.Inactivity.TotalSeconds:0} s.", e);
        }
    }

    private long Length() => File.Exists(PartPath) ? new FileInfo(PartPath).Length : 0;

    private EntityTagHeaderValue? ReadTag() =>
        File.Exists(TagPath) && EntityTagHeaderValue.TryParse(File.ReadAllText(TagPath), out EntityTagHeaderValue? tag) ? tag : null;

    // RFC 9110, 13.1.5: a weak tag must not be used with If-Range.
    private async Task SaveTagAsync(EntityTagHeaderValue? tag, CancellationToken cancellationToken)
    {
        if (tag is { IsWeak: false }) await File.WriteAllTextAsync(TagPath, tag.ToString(), cancellationToken).ConfigureAwait(false);
        else File.Delete(TagPath);
    }

    private void Forget()
    {
        File.Delete(PartPath);
        File.Delete(TagPath);
    }
}
