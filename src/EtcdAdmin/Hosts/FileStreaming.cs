using System.IO.Compression;
using System.IO.Pipelines;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts;

/// <summary>Reads files of hosts while they arrive, without a copy on this machine.</summary>
internal static class FileStreaming
{
    private static string ReadScript => ShellScript.Of(typeof(FileStreaming), "get-file");

    private static string ReadPackedScript => ShellScript.Of(typeof(FileStreaming), "read-packed");

    /// <summary>Reads a file of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="path">Full path on the host.</param>
    /// <param name="packed">Whether the host packs it for the transfer; it needs gzip for that.</param>
    /// <param name="read">Reads the content; it may end before the end of the file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HostCommandException">The file is missing or not readable.</exception>
    /// <exception cref="EtcdException">ConnectionLost: the file did not arrive complete.</exception>
    public static async Task StreamFileAsync(
        this IHost host, string path, bool packed, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        try
        {
            await Task.WhenAll(FetchAsync(), ReadAsync()).ConfigureAwait(false); // the first task's error is thrown first
        }
        catch (InvalidDataException e) when (packed)
        {
            throw new EtcdException(EtcdErrorIds.ConnectionLost, $"{path} did not arrive complete from {host.Name}: {e.Message}", e)
            {
                Target = host.Name,
                NextStep = "Run the command again.",
            };
        }

        async Task FetchAsync()
        {
            var script = new HostScript(packed ? ReadPackedScript : ReadScript)
            {
                Arguments = [path],
                StandardOutput = pipe.Writer.AsStream(leaveOpen: true),
            };
            try
            {
                await host.RunRequiredAsync($"read {path}", script, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await pipe.Writer.CompleteAsync().ConfigureAwait(false);
            }
        }

        async Task ReadAsync()
        {
            Stream arriving = pipe.Reader.AsStream(leaveOpen: true);
            Stream content = packed ? new GZipStream(arriving, CompressionMode.Decompress) : arriving;
            await using (content.ConfigureAwait(false))
            {
                try
                {
                    await read(content, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    await pipe.Reader.CompleteAsync().ConfigureAwait(false); // what still arrives is dropped
                }
            }
        }
    }
}
