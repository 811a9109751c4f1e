using System.Runtime.InteropServices;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Hosts.Ssh;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Connection;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A command on a host, in a channel of a connection.</summary>
internal sealed class SshNetCommand : IRunningCommand
{
    // A host closes a channel at once; the command may continue.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(1);

    private readonly SshNetConnection _connection;
    private readonly SshCommand _command;
    private readonly CommandOutput _output;
    private readonly CommandOutput _error;
    private readonly bool _mayHoldUp;
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _ending = new();
    private Task _starting = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task? _closing;
    private Stream? _input;

    private SshNetCommand(SshNetConnection connection, SshCommand command, bool mayHoldUp)
    {
        _connection = connection;
        _command = command;
        _mayHoldUp = mayHoldUp;
        _output = new CommandOutput(command.OutputStream);
        _error = new CommandOutput(command.ExtendedOutputStream);
        // CreateCommand has made the channel, so these run after its own handlers, which store the data.
        connection.Session.ChannelDataReceived += OnOutput;
        connection.Session.ChannelExtendedDataReceived += OnError;
    }

    /// <inheritdoc/>
    public Stream Output => _output;

    /// <inheritdoc/>
    public Stream Error => _error;

    /// <summary>Starts a command.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The command line.</param>
    /// <param name="mayHoldUp">Whether a slow reader of its output may hold up the connection; if not, too much unread output ends the
    /// command.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>Null: the host allows no more sessions on this connection.</returns>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    public static async Task<SshNetCommand?> StartAsync(
        SshNetConnection connection, string text, bool mayHoldUp, CancellationToken cancellationToken)
    {
        var command = new SshNetCommand(connection, connection.Client.CreateCommand(text), mayHoldUp);
        try
        {
            // Returns when the host has opened the channel and accepted the command.
            Task<Task> starting = Blocking.RunAsync(() => command._command.ExecuteAsync(CancellationToken.None));
            command._starting = starting;
            Task first = await Task.WhenAny(starting, connection.Lost).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (first == connection.Lost) throw new SshConnectionException(await connection.Lost.ConfigureAwait(false));
            Task running = await starting.ConfigureAwait(false);
            command._input = command.OpenInput();
            command.Watch(running);
            return command;
        }
        catch (SshException e) when (e.GetType() == typeof(SshException) && connection.IsAlive)
        {
            await command.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            await command.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_input is not { } input || _exit.Task.IsCompleted) return false;
        ArraySegment<byte> array = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> given) ? given : new ArraySegment<byte>(bytes.ToArray());
        // Blocks until the command reads.
        Task writing = _writing = Blocking.RunAsync(() => input.Write(array.Array!, array.Offset, array.Count)); // not null: the memory is an array's
        Task first = await Task.WhenAny(writing, _exit.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (first != writing) return false;
        try
        {
            await writing.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (SshNetFailure.IsOfTransport(e))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task CloseInputAsync()
    {
        if (_input is not { } input) return;
        Task closing = Blocking.RunAsync(input.Dispose);
        await Task.WhenAny(closing, _exit.Task).ConfigureAwait(false);
        await closing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .WaitAsync(ClosingLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // fails only if the command has ended
    }

    /// <inheritdoc/>
    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => _exit.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>As with ssh, the host closes the command's input and outputs: a script that reads or writes ends; another may continue.</remarks>
    public async Task KillAsync()
    {
        End(SshSession.SshFailed);
        // SSH.NET waits forever when it writes to a closed channel. The end of the connection ends that.
        if (!_writing.IsCompleted) _connection.Retire();
        await Close().WaitAsync(ClosingLimit + ClosingLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync() => await KillAsync().ConfigureAwait(false);

    private Task Close()
    {
        lock (_ending)
        {
            // Not before the command has started: SSH.NET would wait forever for the answer.
            return _closing ??= _starting.ContinueWith(
                _ => _command.Dispose(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private Stream? OpenInput()
    {
        try
        {
            return _command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            return null; // the command has ended already
        }
    }

    private async void Watch(Task running)
    {
        await Task.WhenAny(running, _connection.Lost).ConfigureAwait(false);
        End(running.IsCompletedSuccessfully ? _command.ExitStatus ?? SshSession.SshFailed : SshSession.SshFailed);
        _ = running.Exception; // the connection reports why it was lost
    }

    private void End(int exitCode)
    {
        _connection.Session.ChannelDataReceived -= OnOutput;
        _connection.Session.ChannelExtendedDataReceived -= OnError;
        _exit.TrySetResult(exitCode);
        _output.End();
        _error.End();
    }

    private void OnOutput(object? sender, MessageEventArgs<ChannelDataMessage> message) => Take(_output);

    private void OnError(object? sender, MessageEventArgs<ChannelExtendedDataMessage> message) => Take(_error);

    // Runs on the thread that receives for all channels of the connection: while it waits here, the host cannot send.
    private void Take(CommandOutput output)
    {
        output.Announce();
        if (!output.IsFull) return;
        if (_mayHoldUp) _connection.HoldUp(output.WaitForRoom);
        else _ = KillAsync();
    }
}
