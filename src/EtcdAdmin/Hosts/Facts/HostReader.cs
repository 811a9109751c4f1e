using System.Diagnostics;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>Reads the facts about a host, in one round trip.</summary>
public static class HostReader
{
    private static string ReadScript => ShellScript.Of(typeof(HostReader), "read-host");

    /// <summary>Reads one host.</summary>
    /// <param name="hosts">Connects to the host.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="clock">This machine's clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">The host cannot be reached, or its shell or sudo failed.</exception>
    public static async Task<EtcdHost> ReadAsync(
        IHostProvider hosts, HostConnection connection, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(connection);
        return await ReadAsync(hosts.Get(connection), connection, clock, ReadScript, arguments: [], onLine: null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads one host, and in the same round trip the output of another script.</summary>
    /// <param name="host">The host.</param>
    /// <param name="connection">The connection, for the result.</param>
    /// <param name="clock">This machine's clock.</param>
    /// <param name="text">A script that starts with <c>host_facts</c>, prints its own lines with <c>fact</c>, and ends with
    /// <c>clock_fact</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Receives the fields of every line, including those of the facts.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal static async Task<EtcdHost> ReadAsync(
        IHost host, HostConnection connection, TimeProvider clock, string text, IReadOnlyList<string> arguments,
        Action<string[]>? onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var script = new HostScript(text) { Arguments = arguments };
        DateTimeOffset sent = clock.GetUtcNow();
        long start = Stopwatch.GetTimestamp();
        string output = await host.RunRequiredAsync("read the facts about the host", script, cancellationToken).ConfigureAwait(false);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        var parser = new EtcdHostParser(connection.HostName, connection);
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            parser.Read(line);
            onLine?.Invoke(line.Split('\t'));
        }

        return parser.Result(sent, took);
    }
}
