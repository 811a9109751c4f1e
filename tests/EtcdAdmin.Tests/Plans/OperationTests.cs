using EtcdAdmin.Plans;

namespace EtcdAdmin.Tests.Plans;

/// <summary>What is said when a host is lost in the middle: the truth about what was and was not taken back.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly PlanBuilder _plan = new("Testing", "demo");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _lost.Dispose();

    [Fact]
    public async Task RunAsync_LockLostWhileTidyingUp_SaysThatEverythingStays()
    {
        _plan.Add(new StepText("h", "vote"), (_, _) => Task.CompletedTask, (_, _) => throw new IOException("not to be undone"));
        _plan.TidyUp().Add(new StepText("h", "prove"), LoseAsync);

        EtcdException error = await RunAsync();

        Assert.Contains("All changes are made and stay", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("rolled back", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostAndAnUndoDeclines_SaysWhatStaysAndWhatToDo()
    {
        _plan.Add(new StepText("h", "vote"), LoseAsync, (_, _) => throw new StepNotUndoneException("m1 votes", "Start m1."));

        EtcdException error = await RunAsync();

        Assert.EndsWith("was stopped. Not rolled back: 'vote' on h: m1 votes.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("it carries on. Start m1.", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostInAPlanWithoutUndo_DoesNotClaimARollback()
    {
        _plan.Add(new StepText("h", "stop"), LoseAsync);

        EtcdException error = await RunAsync();

        Assert.EndsWith("What was done so far stays.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostBeforeTheFirstStep_SaysThatNothingWasChanged()
    {
        _plan.Add(new StepText("h", "a"), (_, _) => Task.CompletedTask);

        EtcdException error = await RunAsync(async token =>
        {
            await LoseAsync(null, token);
            throw new InvalidOperationException("planned on");
        });

        Assert.EndsWith("Nothing was changed.", error.Message, StringComparison.Ordinal);
    }

    private async Task<EtcdException> RunAsync(Func<CancellationToken, Task<Operation<string>>>? planAgain = null)
    {
        Plan plan = _plan.Build();
        Operation<string>? operation = null;
        operation = new Operation<string>(
            plan, [], (_, _, _) => Task.FromResult<IOperationLock>(new HeldLock(_lost.Token)),
            planAgain ?? (_ => Task.FromResult(operation!)), _ => Task.FromResult("done")); // made by then
        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(null, Token));
        Assert.Equal(EtcdErrorIds.ConnectionLost, error.ErrorId);
        return error;
    }

    private async Task LoseAsync(IProgress<EtcdEvent>? events, CancellationToken token)
    {
        await _lost.CancelAsync();
        token.ThrowIfCancellationRequested();
    }

    private sealed class HeldLock(CancellationToken lost) : IOperationLock
    {
        public CancellationToken Lost => lost;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
