using System.Globalization;

namespace EtcdAdmin.Hosts;

/// <summary>Operations for every host, built on scripts: the same scripts on this machine and through a connection.</summary>
public static class HostExtensions
{
    // Comes after the last file.
    private static readonly byte[] End = "."u8.ToArray();

    private static string PutScript => ShellScript.Of(typeof(HostExtensions), "put-files");

    private static string GetScript => ShellScript.Of(typeof(HostExtensions), "get-file");

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="host">The host.</param>
    /// <param name="action">The task of the script, for the error: "start member n1".</param>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="HostCommandException">Its exit code is not 0.</exception>
    public static async Task<string> RunRequiredAsync(
        this IHost host, string action, HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw new HostCommandException(host.Name, action, result);
    }

    /// <summary>Writes files in one script, each of them atomically.</summary>
    /// <param name="host">The host.</param>
    /// <param name="action">The task, for the error: "write the certificates of member n1".</param>
    /// <param name="files">Missing folders are created, readable by all users. An existing file is replaced.</param>
    /// <param name="cancellationToken">Ends the script; a <c>.part</c> file may remain and is overwritten next time.</param>
    /// <exception cref="HostCommandException">The disk is full, the owner is unknown, or a checksum is wrong.</exception>
    public static async Task PutFilesAsync(
        this IHost host, string action, IReadOnlyList<HostFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var arguments = new List<string>(files.Count * 5);
        foreach (HostFile file in files)
        {
            arguments.Add(file.Path);
            arguments.Add(Octal(file.Mode));
            arguments.Add(file.Owner ?? "");
            arguments.Add(file.Content.Length.ToString(CultureInfo.InvariantCulture));
            arguments.Add(file.Sha256 ?? "");
        }

        IEnumerable<Func<Stream>> contents = files.Select(file => (Func<Stream>)file.Content.Open);
        using var content = new ConcatenatedStream(contents.Append(() => new MemoryStream(End)));
        var script = new HostScript(PutScript) { Arguments = arguments, StandardInput = content };
        await host.RunRequiredAsync(action, script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file of a host into a stream.</summary>
    /// <param name="host">The host.</param>
    /// <param name="path">Full path on the host.</param>
    /// <param name="destination">Receives the bytes; after an error it may have received some.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <exception cref="HostCommandException">The file is missing or not readable.</exception>
    public static async Task GetFileAsync(this IHost host, string path, Stream destination, CancellationToken cancellationToken)
    {
        var script = new HostScript(GetScript) { Arguments = [path], StandardOutput = destination };
        await host.RunRequiredAsync($"read {path}", script, cancellationToken).ConfigureAwait(false);
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
