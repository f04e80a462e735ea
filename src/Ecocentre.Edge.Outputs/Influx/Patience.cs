using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>How often and after what wait a request is repeated before its caller is told to come back later.</summary>
/// <remarks>Waits and timeouts run on the time handed in, and continue on the caller's context.</remarks>
internal sealed class Patience
{
    // Three repetitions after 0.5, 1 and 2 s outlast a server's hiccup; what lasts longer is the caller's back-off, who can still be
    // cancelled.
    private const int RepetitionsMax = 3;
    private static readonly TimeSpan WaitFirst = TimeSpan.FromMilliseconds(500);

    /// <summary>A server that asks for a longer wait is not waited for here: the caller is told how long.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline<Answer> _pipeline;

    /// <param name="withIll">Whether 5xx is repeated too; while searching for a bad line it is not, since it may be the line.</param>
    public Patience(TimeSpan timeout, TimeProvider time, bool withIll)
    {
        _pipeline = new ResiliencePipelineBuilder<Answer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Answer>
            {
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthRepeating(arguments.Outcome, withIll)),
                MaxRetryAttempts = RepetitionsMax,
                BackoffType = DelayBackoffType.Exponential,
                Delay = WaitFirst,
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result.RetryAfter),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = timeout })
            .Build();
    }

    /// <summary>Sends until answered for good, or patience ends.</summary>
    /// <returns>The last answer; a timeout is <see cref="AnswerClass.Unreachable"/>.</returns>
    public async ValueTask<Answer> ExecuteAsync(Func<CancellationToken, ValueTask<Answer>> send, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        try
        {
            return await _pipeline.ExecuteAsync(static (context, send) => send(context.CancellationToken), context, send);
        }
        catch (TimeoutRejectedException rejection)
        {
            return new Answer(AnswerClass.Unreachable, $"No answer within {rejection.Timeout.TotalSeconds} s.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool IsWorthRepeating(Outcome<Answer> outcome, bool withIll)
    {
        if (outcome.Exception is not null) return outcome.Exception is TimeoutRejectedException;
        var answer = outcome.Result;
        return answer.Class switch
        {
            AnswerClass.Busy => answer.RetryAfter is not { } wait || wait <= WaitMax,
            AnswerClass.Unreachable => true,
            AnswerClass.Ill => withIll,
            _ => false,
        };
    }
}
